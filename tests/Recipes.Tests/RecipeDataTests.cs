using System.Text;
using Platform.Data.Formats;
using Platform.Recipes.Generator;
using Platform.Testing;

namespace Platform.Recipes.Tests;

public sealed class RecipeDataTests
{
    /// <summary>Sines may end in another last digit on another machine; that moves a sample of 8 bits by one at most.</summary>
    private const int WaveTolerance = 1;

    public static TheoryData<string> Names => [.. Generator.Recipes.All.Select(recipe => recipe.Name)];

    [Theory, MemberData(nameof(Names))]
    public void TheCommittedFilesAreWhatTheGeneratorWrites(string name)
    {
        var folder = Path.Combine(RepositoryFolder.Root, "samples", "recipes", name, "data");
        List<string> written = [];
        foreach (var (path, content) in Recipe(name).Files())
        {
            var committed = File.ReadAllBytes(Path.Combine(folder, path));
            written.Add(path);
            if (!path.EndsWith(".wav", StringComparison.Ordinal)) Assert.Equal(Encoding.UTF8.GetString(content), Encoding.UTF8.GetString(committed));
            Assert.Equal(content.Length, committed.Length);
            Assert.All(content.Zip(committed), pair => Assert.InRange(pair.First - pair.Second, -WaveTolerance, WaveTolerance));
        }

        Assert.Equal(written.Order(StringComparer.Ordinal), Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("text-classification", "classification")]
    [InlineData("question-answering", "squad")]
    [InlineData("causal-lm-lora", "prompt-completion")]
    [InlineData("instruction-tuning", "chat")]
    [InlineData("llama-full", "prompt-completion")]
    public async Task EveryRowReadsAndNoHeldOutRowOccursInTraining(string name, string format)
    {
        var files = Recipe(name).Files().ToDictionary(file => file.Path, file => file.Content);
        var (train, heldOut) = (await ReadAsync(files["train.jsonl"]), await ReadAsync(files["heldout.jsonl"]));
        Assert.True(train.Count >= 200 && heldOut.Count >= 50, $"{train.Count} and {heldOut.Count} rows");
        Assert.Empty(train.Intersect(heldOut));

        async Task<List<IRow>> ReadAsync(byte[] content)
        {
            var reader = new RowReader(RowFormats.Get(format));
            List<IRow> rows = [];
            await foreach (var row in reader.ReadAsync(new MemoryStream(content))) rows.Add(row);
            Assert.Equal(0, reader.Report.BadRows);
            return rows;
        }
    }

    private static IRecipeData Recipe(string name) => Generator.Recipes.All.Single(recipe => recipe.Name == name);
}
