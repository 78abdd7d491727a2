using Platform.Testing;

namespace Platform.Recipes.Tests;

public sealed class RecipesExplainThemselves
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "samples", "recipes");

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "job.yaml", SearchOption.AllDirectories).Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Names))]
    public void TheReadmeNamesTheCommandAndTheTableNamesTheRecipe(string name)
    {
        Assert.Contains($"make run JOB=samples/recipes/{name}/job.yaml", File.ReadAllText(Path.Combine(Folder, name, "README.md")), StringComparison.Ordinal);
        Assert.Contains($"[{name}]({name}/README.md)", File.ReadAllText(Path.Combine(Folder, "README.md")), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void EveryFileThatTheJobNamesIsThere(string name) =>
        Assert.All(
            File.ReadAllText(Path.Combine(Folder, name, "job.yaml")).Split(' ', '\n', ',', '}').Where(word => word.StartsWith("file:", StringComparison.Ordinal)).Select(word => Path.Combine(RepositoryFolder.Root, word["file:".Length..])),
            path => Assert.True(File.Exists(path) || Directory.Exists(path), path));
}
