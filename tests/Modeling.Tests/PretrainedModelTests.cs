using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using Platform.Modeling.Llama;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests;

public sealed class PretrainedModelTests
{
    [Fact]
    public void AnUnknownFamilyIsRefusedWithTheKnownOnes()
    {
        var refusal = Assert.Throws<ModelConfigException>(() => ModelFamily.Of(new JsonObject { ["architectures"] = new JsonArray("MambaForCausalLM") }, typeof(PretrainedModel)));
        Assert.Contains("MambaForCausalLM", refusal.Message);
        Assert.Contains("LlamaForCausalLM", refusal.Message);
    }

    [Fact]
    public void TheModelTypeDecidesWhereNoArchitectureIsNamed() =>
        Assert.Equal("Qwen2ForCausalLM", ModelFamily.Of(new JsonObject { ["model_type"] = "qwen2" }, typeof(PretrainedModel)).Architecture);

    [Fact]
    public void AConfigIsRefusedWithAllItsProblems()
    {
        var json = new JsonObject
        {
            ["hidden_size"] = 0,
            ["num_attention_heads"] = 3,
            ["num_key_value_heads"] = 2,
            ["num_hidden_layers"] = "two",
            ["tie_word_embeddings"] = 7,
            ["rope_scaling"] = new JsonObject { ["type"] = "spiral", ["factor"] = 0.5 },
        };
        var message = Assert.Throws<ModelConfigException>(() => LlamaConfig.Parse(json)).Message;
        foreach (var part in (string[])["hidden_size", "num_hidden_layers", "vocab_size", "intermediate_size", "num_key_value_heads", "tie_word_embeddings", "spiral", "factor"])
        {
            Assert.Contains(part, message);
        }
    }

    [Fact]
    public void WeightsThatAreMissingAreListed()
    {
        using var folder = new TemporaryFolder();
        using var model = Some.Model();
        model.Save(folder.Path);
        var tensors = model.named_parameters().Where(pair => !pair.name.Contains("layers.1.mlp")).ToDictionary(pair => pair.name, pair => (Tensor)pair.parameter);
        ModelFolder.Save(folder.Path, tensors);
        var message = Assert.Throws<CheckpointException>(() => PretrainedModel.Load<CausalLanguageModel>(folder.Path, CPU)).Message;
        Assert.Contains("model.layers.1.mlp.gate_proj.weight", message);
        Assert.Contains("3 missing", message);
    }

    [Fact]
    public void AMissingConfigIsNamed()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("config.json", Assert.Throws<ModelConfigException>(() => PretrainedModel.Load<CausalLanguageModel>(folder.Path, CPU)).Message);
    }

    public static TheoryData<string> RotaryKinds => [.. RotaryOptions.Kinds];

    [Theory, MemberData(nameof(RotaryKinds))]
    public void RotarySettingsComeBackFromTheConfigWritten(string kind)
    {
        var factors = kind == RotaryOptions.LongRope ? (double[])[1, 2] : null;
        var options = new RotaryOptions { Kind = kind, Theta = 5000, Factor = kind == RotaryOptions.Default ? 1 : 4, OriginalMaxPositions = 64, ShortFactors = factors, LongFactors = factors };
        var read = LlamaConfig.Parse((Some.Config with { Rotary = options }).ToJson()).Rotary;
        Assert.Equal(options with { ShortFactors = null, LongFactors = null }, read with { ShortFactors = null, LongFactors = null });
        Assert.Equal(factors, read.LongFactors);
    }

    [Fact]
    public void InitializationIsTheSameForTheSameSeedOnly()
    {
        using var ids = Some.Ids(1, 2, 3);
        using var one = Some.Model(seed: 1);
        using var again = Some.Model(seed: 1);
        using var other = Some.Model(seed: 2);
        Assert.True(one.Logits(ids).eq(again.Logits(ids)).all().item<bool>());
        Assert.False(one.Logits(ids).eq(other.Logits(ids)).all().item<bool>());
    }
}
