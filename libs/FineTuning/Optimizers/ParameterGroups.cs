using System.Text.RegularExpressions;

namespace Platform.FineTuning.Optimizers;

/// <summary>
/// Sorts parameters by how they are decayed and how fast they learn. Biases and the weights of norms are not decayed, as in the Trainer of
/// transformers. LoRA+: lora_B learns at ratio · η and adapters of embeddings at a rate of their own, as in PEFT's create_loraplus_optimizer.
/// Hayou, Ghosh and Yu: "LoRA+: Efficient Low Rank Adaptation of Large Models", 2024. Differs from the paper: none.
/// </summary>
public static partial class ParameterGroups
{
    public static IReadOnlyList<ParameterGroup> Of(IReadOnlyList<TrainableParameter> parameters, TrainingOptions options) =>
    [
        .. parameters
            .GroupBy(parameter => (Decay: DecayOf(parameter, options), Factor: FactorOf(parameter, options)))
            .Select(group => new ParameterGroup([.. group], group.Key.Decay, group.Key.Factor)),
    ];

    private static double DecayOf(TrainableParameter parameter, TrainingOptions options)
    {
        // PEFT decays all adapters of embeddings.
        var isSpared = Undecayed().IsMatch(parameter.Name) && !(options.Optimizer.LoraPlusRatio is not null && IsOfEmbedding(parameter));
        return isSpared ? 0 : options.WeightDecay;
    }

    private static double FactorOf(TrainableParameter parameter, TrainingOptions options)
    {
        if (options.Optimizer.LoraPlusRatio is not { } ratio) return 1;
        if (IsOfEmbedding(parameter)) return options.Optimizer.LoraPlusEmbeddingLearningRate / options.LearningRate;
        return parameter.Name.Contains("lora_B", StringComparison.Ordinal) || parameter.Tensor.dim() == 1 ? ratio : 1;
    }

    private static bool IsOfEmbedding(TrainableParameter parameter) => parameter.Name.Contains("lora_embedding_", StringComparison.Ordinal);

    /// <summary>transformers' patterns, and the names ln_1, ln_f that it knows by their class.</summary>
    [GeneratedRegex(@"bias|layernorm|rmsnorm|layer_norm|(^|\.)norm($|\.)|_norm($|\.)|(^|\.)ln_", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Undecayed();
}
