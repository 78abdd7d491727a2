using System.Xml.Linq;
using Platform.Testing;

namespace Platform.Architecture.Tests;

/// <summary>The repository's files as git tracks them, and its projects with what they reference.</summary>
internal static class SourceTree
{
    private static readonly string[] Ignored = ["bin", "obj", ".git", ".platform", "node_modules", "fixtures", "TestResults"];

    /// <summary>Paths relative to the root, with '/'.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(RepositoryFolder.Root).Select(Relative).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<Project> Projects { get; } = [.. Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).Select(Read)];

    public static string Text(string path) => File.ReadAllText(Path.Combine(RepositoryFolder.Root, path));

    public sealed record Project(string Path, string Name, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
    {
        public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);
        public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);
    }

    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder)
        .Concat(Directory.EnumerateDirectories(folder).Where(child => !Ignored.Contains(Path.GetFileName(child))).SelectMany(Walk));

    private static string Relative(string path) => Path.GetRelativePath(RepositoryFolder.Root, path).Replace('\\', '/');

    private static Project Read(string path)
    {
        var xml = XDocument.Parse(Text(path));
        return new Project(
            path,
            Path.GetFileNameWithoutExtension(path),
            [.. Includes(xml, "ProjectReference").Select(include => Path.GetFileNameWithoutExtension(include.Replace('\\', '/')))],
            [.. Includes(xml, "PackageReference")]);
    }

    private static IEnumerable<string> Includes(XDocument xml, string element) =>
        xml.Descendants(element).Select(item => item.Attribute("Include")!.Value);
}
