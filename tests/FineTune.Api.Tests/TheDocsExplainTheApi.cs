using System.Text.RegularExpressions;
using Platform.FineTune.Api.V1Alpha1;
using Platform.Testing;

namespace Platform.FineTune.Api.Tests;

public sealed partial class TheDocsExplainTheApi
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "crd", "finetunejob.md"));

    [Fact]
    public void EveryReasonIsExplainedOnceAndNoOther() =>
        Assert.Equal(Reasons.All.Order(), Rows().Matches(Page[Page.IndexOf("### Reasons", StringComparison.Ordinal)..]).Select(row => row.Groups[1].Value).Order());

    [Fact]
    public void EveryFieldOfTheSpecIsNamed()
    {
        var leaves = CrdFile.Walk(CrdFile.Schema().Properties["spec"]).Where(field => field.Schema.Type is not "object" && field.Path.Length > 0).Select(field => field.Path.Split('.')[^1].TrimEnd('[', ']', '{', '}'));
        Assert.All(leaves.Distinct().Except(["key", "operator", "value", "effect"]), name => Assert.Contains(name, Page));
    }

    [GeneratedRegex(@"^\| `([A-Za-z]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
