using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Sizes;

/// <summary>The published models, created without memory: each file beside this one holds a config and what the checkpoint holds.</summary>
public sealed class PublishedSizesTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "tests", "Modeling.Tests", "Sizes");

    public static TheoryData<string> Models => [.. Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Models))]
    public void AModelHoldsWhatItsCheckpointHolds(string name)
    {
        var expected = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".json")))!.AsObject();
        using var model = PretrainedModel.Create<PretrainedModel>(expected["config"]!.AsObject(), META, ScalarType.BFloat16);
        var layout = ModelFamily.Of(model.Config).Layout;
        using var scope = NewDisposeScope();
        var stored = model.named_parameters()
            .SelectMany(pair => layout.Parts(pair.name, pair.parameter)?.Select(part => (part.Key, part.Destination)) ?? [(pair.name, pair.parameter)])
            .ToDictionary(item => item.Item1, item => item.Item2.shape);

        foreach (var (key, shape) in expected["examples"]!.AsObject())
        {
            Assert.True(stored.TryGetValue(key, out var actual), $"{key} is missing");
            Assert.Equal(shape!.AsArray().Select(size => size!.GetValue<long>()), actual);
        }

        Assert.Equal(expected["parameters"]!.GetValue<long>(), stored.Values.Sum(shape => shape.Aggregate(1L, (product, size) => product * size)));
        Assert.Equal(expected["tensors"]!.GetValue<int>(), stored.Count);
        Assert.Equal(expected["keysAndShapes"]!.ToString(), Digest(stored));
    }

    /// <summary>SHA-256 of lines "key [size, size]", sorted by their bytes.</summary>
    private static string Digest(Dictionary<string, long[]> stored)
    {
        var lines = stored.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} [{string.Join(", ", pair.Value)}]\n"));
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Concat(lines))));
    }
}
