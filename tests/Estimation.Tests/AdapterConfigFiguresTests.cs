using System.Text.Json.Nodes;
using Platform.Estimation.Shapes;
using Platform.Estimation.Training;

namespace Platform.Estimation.Tests;

/// <summary>On a Llama of hidden 8, 2 heads with one key head, intermediate 12 and 2 blocks: queries 8, keys 4 wide.</summary>
public sealed class AdapterConfigFiguresTests
{
    private static readonly ModelShape Llama = ModelShape.Of(Parse(
        """{"model_type": "llama", "vocab_size": 10, "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1}"""));

    [Theory]
    [InlineData("""{"peft_type": "LORA", "r": 3}""", 2 * 3 * (16 + 12))]
    [InlineData("""{"peft_type": "LORA", "r": 3, "use_dora": true, "target_modules": ["o_proj"]}""", 2 * (3 * 16 + 8))]
    [InlineData("""{"peft_type": "LORA", "r": 1, "target_modules": "all-linear"}""", 2 * (16 + 12 + 12 + 16 + 20 + 20 + 20))]
    [InlineData("""{"peft_type": "ADALORA", "init_r": 2}""", 2 * (2 * 17 + 2 * 13))]
    [InlineData("""{"peft_type": "IA3", "target_modules": ["k_proj", "down_proj"]}""", 2 * (4 + 12))]
    [InlineData("""{"peft_type": "LOHA", "r": 2, "target_modules": ["q_proj"]}""", 2 * 2 * 2 * 16)]
    [InlineData("""{"peft_type": "VERA", "r": 5, "target_modules": ["q_proj"]}""", 2 * (8 + 5))]
    [InlineData("""{"peft_type": "LN_TUNING"}""", 5 * 8)]
    [InlineData("""{"peft_type": "PROMPT_TUNING", "num_virtual_tokens": 7}""", 7 * 8)]
    [InlineData("""{"peft_type": "PREFIX_TUNING", "num_virtual_tokens": 7}""", 7 * 2 * 2 * 4)]
    [InlineData("""{"config": {"mh_adapter": true, "reduction_factor": 4}}""", 2 * 2 * (2 * 8 * 2 + 2 + 8))]
    public void AConfigTellsHowManyParametersAreTrained(string config, long parameters) =>
        Assert.Equal(parameters, AdapterConfigFigures.Of(Llama, Parse(config)).Parameters);

    [Fact]
    public void CheckpointingTradesActivationsAwayAndAdaptersGradients()
    {
        var setup = new TrainingSetup { Rows = 4, Positions = 64 };
        var (all, last) = (TrainingMemory.Of(Llama, setup), TrainingMemory.Of(Llama, setup with { Kept = KeptBlocks.Last }));
        var lora = TrainingMemory.Of(Llama, setup with { Adapter = AdapterConfigFigures.Of(Llama, Parse("""{"peft_type": "LORA"}""")) });
        Assert.True(last.Activations < all.Activations);
        Assert.True(last.Peak < all.Peak);
        Assert.Equal(8 * Llama.Parameters, all.OptimizerStates);
        Assert.True(lora.Activations < all.Activations);
        Assert.True(lora.Gradients < all.Gradients);
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
