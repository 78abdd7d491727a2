using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Modeling.Opt;
using static TorchSharp.torch;

namespace Platform.Quantization.Awq;

/// <summary>Layers of a block that are scaled together, by their names in the block.</summary>
/// <param name="Previous">The operation that takes the inverse: a norm, or the linear layer before.</param>
/// <param name="Layers">Layers with the same input.</param>
/// <param name="Inspected">The module whose output is to stay as it is.</param>
internal sealed record AwqStep(string Previous, IReadOnlyList<string> Layers, string Inspected);

/// <summary>What can be scaled in the blocks of a family, so that the inverse can be folded into what comes before.</summary>
/// <remarks>
/// Lin et al.: "AWQ", 2023, section 3.2; the steps are AutoAWQ's. A value projection is scaled only where its output is the next
/// layer's input one to one, so not with grouped-query attention. OPT's activation is ReLU, through which a positive scale passes.
/// </remarks>
internal static class AwqPlan
{
    private static readonly string[] LlamaLike = ["llama", "mistral", "qwen2", "qwen3"];

    /// <exception cref="NotSupportedException">The family's blocks are not known.</exception>
    public static IReadOnlyList<AwqStep> Of(CausalLanguageModel model, nn.Module block) => model.Config switch
    {
        { ModelType: var type } when LlamaLike.Contains(type) => Llama(block),
        OptConfig { NormBefore: true, Activation: "relu" } => Opt,
        _ => throw new NotSupportedException($"AWQ knows how to scale the blocks of {string.Join(", ", LlamaLike)} and of opt with norms before its layers; the model is '{model.Config.ModelType}'. Quantize it with GPTQ."),
    };

    private static readonly AwqStep[] Opt =
    [
        new("self_attn_layer_norm", ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"], "self_attn"),
        new("self_attn.v_proj", ["self_attn.out_proj"], "self_attn.out_proj"),
        new("final_layer_norm", ["fc1"], "fc1"),
        new("fc1", ["fc2"], "fc2"),
    ];

    private static List<AwqStep> Llama(nn.Module block)
    {
        var (values, output) = ((Linear)ModuleTree.Find(block, "self_attn.v_proj"), (Linear)ModuleTree.Find(block, "self_attn.o_proj"));
        List<AwqStep> steps = [new("input_layernorm", ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"], "self_attn")];
        if (values.OutFeatures == output.InFeatures && values.InFeatures == output.OutFeatures) steps.Add(new("self_attn.v_proj", ["self_attn.o_proj"], "self_attn.o_proj"));
        steps.Add(new("post_attention_layernorm", ["mlp.gate_proj", "mlp.up_proj"], "mlp"));
        steps.Add(new("mlp.up_proj", ["mlp.down_proj"], "mlp.down_proj"));
        return steps;
    }
}
