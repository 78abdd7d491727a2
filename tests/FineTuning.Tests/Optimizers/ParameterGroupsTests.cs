using Platform.FineTuning.Optimizers;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Optimizers;

public sealed class ParameterGroupsTests
{
    private static readonly TrainingOptions Options = new() { MaxSteps = 1, LearningRate = 1e-4, WeightDecay = 0.1 };

    [Theory]
    [InlineData("model.layers.0.self_attn.q_proj.weight", true)]
    [InlineData("model.layers.0.self_attn.q_proj.bias", false)]
    [InlineData("model.layers.0.input_layernorm.weight", false)]
    [InlineData("model.norm.weight", false)]
    [InlineData("model.layers.0.self_attn.q_norm.weight", false)]
    [InlineData("bert.embeddings.LayerNorm.weight", false)]
    [InlineData("transformer.h.0.ln_1.weight", false)]
    [InlineData("model.embed_tokens.weight", true)]
    [InlineData("model.normalizer.weight", true)]
    public void BiasesAndNormsAreNotDecayed(string name, bool isDecayed) =>
        Assert.Equal(isDecayed ? 0.1 : 0, ParameterGroups.Of([Matrix(name)], Options).Single().WeightDecay);

    /// <summary>PEFT: groupA, groupB, groupB_no_decay and embedding.</summary>
    [Fact]
    public void LoraPlusGivesEveryKindOfParameterTheRateThatPeftGivesIt()
    {
        var groups = ParameterGroups.Of(
            [Matrix("q.lora_A.weight"), Matrix("q.lora_B.weight"), new("q.lora_magnitude_vector", zeros(3)), new("q.bias", zeros(3)), Matrix("wte.lora_embedding_A"), Matrix("wte.lora_embedding_B")],
            Options with { Optimizer = new() { LoraPlusRatio = 16, LoraPlusEmbeddingLearningRate = 1e-6 } });

        Assert.Equal(
            [("q.lora_A.weight", 1e-4, 0.1), ("q.lora_B.weight", 1.6e-3, 0.1), ("q.lora_magnitude_vector", 1.6e-3, 0.1), ("q.bias", 1.6e-3, 0), ("wte.lora_embedding_A", 1e-6, 0.1), ("wte.lora_embedding_B", 1e-6, 0.1)],
            groups.SelectMany(group => group.Parameters.Select(parameter => (parameter.Name, Math.Round(Options.LearningRate * group.LearningRateFactor, 12), group.WeightDecay))));
    }

    [Fact]
    public void WithoutLoraPlusEverythingLearnsAtOneRate() =>
        Assert.All(ParameterGroups.Of([Matrix("q.lora_A.weight"), Matrix("q.lora_B.weight"), Matrix("wte.lora_embedding_A")], Options), group => Assert.Equal(1, group.LearningRateFactor));

    private static TrainableParameter Matrix(string name) => new(name, zeros(2, 2));
}
