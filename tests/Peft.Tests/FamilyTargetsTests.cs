using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.AdaLora;
using Platform.Peft.Ia3;
using Platform.Peft.Layers;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

/// <summary>Where a configuration names no layers, those that PEFT chooses for the family are adapted.</summary>
public sealed class FamilyTargetsTests
{
    /// <summary>A recorded model of every family.</summary>
    public static TheoryData<string, string> EveryFamily
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (var family in Directory.GetDirectories(Path.Combine(RepositoryFolder.Fixtures, "models")).Where(folder => File.Exists(Path.Combine(folder, "config.json"))).Select(folder => Path.GetFileName(folder)).Order())
                foreach (var method in (string[])["LORA", "IA3", "LN_TUNING", "ADALORA"]) cases.Add(family, method);
            return cases;
        }
    }

    [Theory, MemberData(nameof(EveryFamily))]
    public void EveryFamilyHasLayersToAdaptByDefault(string family, string method)
    {
        using var model = PretrainedModel.Create<PretrainedModel>(ModelConfig.ReadJson(Path.Combine(RepositoryFolder.Fixtures, "models", family, "config.json")), CPU, ScalarType.Float32);
        using var generator = new Generator(3);
        model.Initialize(generator);
        var options = AdapterFiles.ReadOptions(new JsonObject { ["peft_type"] = method });
        if (options is AdaLoraOptions adalora) options = adalora with { TotalSteps = 10 };
        using var adapter = Adapters.Attach(model, options, generator);
        Assert.NotEmpty(adapter.Parameters);
        var targets = Assert.IsAssignableFrom<LayerAdapterOptions>(adapter.Options).TargetModules;
        Assert.False(targets.IsFamilyDefault);
        Assert.All(targets.Names.Where(name => !IsOfOtherModels(family, name)), name => Assert.Contains(adapter.Parameters, parameter => parameter.Name.Contains($".{name}.", StringComparison.Ordinal)));
    }

    [Fact]
    public void TheDefaultsOfLlamaAreThoseOfPeft()
    {
        using var model = Llama.Load();
        using var adapter = Adapters.Attach(model, AdapterFiles.ReadOptions(new JsonObject { ["peft_type"] = "IA3" }), new Generator(3));
        var options = (Ia3Options)adapter.Options;
        Assert.Equal(["down_proj", "k_proj", "v_proj"], options.TargetModules.Names);
        Assert.Equal(["down_proj"], options.FeedforwardModules!.Names);
    }

    // PEFT's tables name layers that some models of a type lack: the gate of newer T5, the experts' matrices that are held in one tensor.
    private static bool IsOfOtherModels(string family, string name) => (family, name) is ("t5", "wi_0" or "wi_1") or ("t5-v1_1", "wi") or ("mixtral", "w2");
}
