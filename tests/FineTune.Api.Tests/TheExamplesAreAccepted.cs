using System.Text.RegularExpressions;
using Platform.Testing;

namespace Platform.FineTune.Api.Tests;

public sealed partial class TheExamplesAreAccepted(ServerWithTheCrd server) : IClassFixture<ServerWithTheCrd>
{
    [Fact]
    public async Task TheReadmesJob() => await AssertAcceptedAsync(Yaml().Match(Text("README.md")).Groups[1].Value.Replace("name: support-bot}", "name: readme}", StringComparison.Ordinal));

    [Fact]
    public async Task TheQuickstartsJob() => await AssertAcceptedAsync(Text("samples/quickstart/job.yaml"));

    public static TheoryData<string> Methods => [.. Directory.GetDirectories(Path.Combine(RepositoryFolder.Root, "samples", "methods")).Select(folder => Path.GetFileName(folder)).Order()];

    [Theory, MemberData(nameof(Methods))]
    public async Task TheJobOfEachMethod(string name) => await AssertAcceptedAsync(Text($"samples/methods/{name}/job.yaml"));

    public static TheoryData<string> Recipes =>
        [.. Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "samples", "recipes"), "job.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(RepositoryFolder.Root, file)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Recipes))]
    public async Task TheJobOfEachRecipe(string file) => await AssertAcceptedAsync(Text(file));

    private async Task AssertAcceptedAsync(string yaml)
    {
        var (code, answer) = await server.CreateAsync(yaml);
        Assert.True(code == 201, answer.ToJsonString());
    }

    private static string Text(string path) => File.ReadAllText(Path.Combine(RepositoryFolder.Root, path));

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
