using System.Text.RegularExpressions;
using Platform.Testing;

namespace Platform.Architecture.Tests;

public sealed partial class DocumentsNameFilesThatExist
{
    private static readonly string[] Roots = ["libs/", "services/", "operators/", "charts/", "tests/", "proto/", "samples/", "bench/", "docs/", ".ci/"];

    public static TheoryData<string> Documents =>
        [.. SourceTree.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal) && !file.StartsWith("tests/fixtures", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(Documents))]
    public void EveryPathInBackticks(string document) =>
        Assert.Empty(from Match match in Backticked().Matches(SourceTree.Text(document))
                     let path = match.Groups[1].Value.TrimEnd('/')
                     where Roots.Any(root => (path + "/").StartsWith(root, StringComparison.Ordinal)) && IsConcrete(path)
                     let full = Path.Combine(RepositoryFolder.Root, path)
                     where !File.Exists(full) && !Directory.Exists(full)
                     select $"{document} names `{path}`, which does not exist.");

    [Theory, MemberData(nameof(Documents))]
    public void EveryRelativeLink(string document) =>
        Assert.Empty(from Match match in Link().Matches(SourceTree.Text(document))
                     let target = match.Groups[1].Value.Split('#')[0]
                     where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
                     let full = Path.GetFullPath(target, Path.Combine(RepositoryFolder.Root, Path.GetDirectoryName(document)!))
                     where !File.Exists(full) && !Directory.Exists(full)
                     select $"{document} links to {target}, which does not exist.");

    private static bool IsConcrete(string path) => path.IndexOfAny(['<', '*', '{', '…', ' ', '$']) < 0;

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Backticked();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
