using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Methods;
using Platform.Testing;

namespace Platform.FineTune.Operator.Tests;

/// <summary>
/// The jobs of samples/methods, and recorded for each what the training worker reads of its method; the worker's tests train from the
/// recorded files. After an intended change delete them, run the test twice and review the difference.
/// </summary>
public sealed class MethodsRenderAsRecorded
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static TheoryData<string> Samples => [.. Directory.GetDirectories(Path.Combine(RepositoryFolder.Root, "samples", "methods")).Select(folder => Path.GetFileName(folder)).Order()];

    [Theory, MemberData(nameof(Samples))]
    public async Task EverySampleIsValidAndRendersAsRecorded(string name)
    {
        var spec = KubernetesYaml.Deserialize<FineTuneJob>(await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "samples", "methods", name, "job.yaml"))).Spec;
        Assert.Empty(SpecValidation.Problems(spec));
        var rendered = new JsonObject { ["type"] = spec.Method.Type, ["adapterConfig"] = MethodCatalog.Of(spec.Method)?.Configuration(spec.Method), ["loraPlusRatio"] = spec.Method.Lora?.LoraPlusRatio is { } ratio ? SpecValidation.Number(ratio) : 0 };
        var actual = rendered.ToJsonString(Indented) + "\n";
        var file = Path.Combine(RepositoryFolder.Root, "tests", "FineTune.Operator.Tests", "Methods", $"{name}.json");
        if (File.Exists(file))
        {
            Assert.Equal(await File.ReadAllTextAsync(file), actual);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, actual);
        Assert.Fail($"{file} was not recorded; it is now. Review and commit it.");
    }

    [Fact]
    public void EveryTypeHasASample() => Assert.Equal(
        MethodCatalog.Types.Order(),
        Samples.Select(sample => KubernetesYaml.Deserialize<FineTuneJob>(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "samples", "methods", sample.Data, "job.yaml"))).Spec.Method.Type).Distinct().Order());

    /// <summary>The training worker, which knows the type, finds the block by it.</summary>
    [Fact]
    public void ABlockIsNamedAsItsTypeInCamelCase() => Assert.All(MethodCatalog.All, method => Assert.Equal(method.Type, JsonNamingPolicy.KebabCaseLower.ConvertName(method.Block)));

    [Fact]
    public void ABlockThatIsAbsentMeansItsDefaults() => Assert.All(MethodCatalog.All, method =>
        Assert.NotEmpty(method.Configuration(new MethodSpec { Type = method.Type })));
}
