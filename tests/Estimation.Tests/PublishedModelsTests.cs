using System.Text.Json.Nodes;
using Platform.Estimation.Shapes;
using Platform.Testing;

namespace Platform.Estimation.Tests;

/// <summary>The published models that the model library is compared with, told from their configs.</summary>
public sealed class PublishedModelsTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "tests", "Modeling.Tests", "Sizes");

    public static TheoryData<string> Models => [.. Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Models))]
    public void AConfigTellsHowManyParametersItsCheckpointHolds(string name)
    {
        var published = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".json")))!;
        Assert.Equal(published["parameters"]!.GetValue<long>(), ModelShape.Of(published["config"]!.AsObject()).Parameters);
    }

    [Theory]
    [InlineData("""{"model_type": "rwkv"}""", "model_type is 'rwkv'; known are llama,")]
    [InlineData("""{"model_type": "opt", "hidden_size": 8}""", "num_attention_heads is missing")]
    [InlineData("""{"model_type": "llama", "hidden_size": -1}""", "hidden_size is -1; expected a whole number from 0 to 16777216")]
    [InlineData("""{"model_type": "llama", "hidden_size": "large"}""", "hidden_size is \"large\"")]
    [InlineData("""{"model_type": "llama", "tie_word_embeddings": "yes"}""", "tie_word_embeddings is \"yes\"; expected true or false")]
    [InlineData("""{"model_type": "clip"}""", "text_config is missing")]
    [InlineData("{}", "model_type is ''")]
    public void AConfigThatDoesNotTellNamesTheField(string config, string message) =>
        Assert.Contains(message, Assert.Throws<ShapeException>(() => ModelShape.Of(JsonNode.Parse(config)!.AsObject())).Message);
}
