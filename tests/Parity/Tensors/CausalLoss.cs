using Platform.Modeling;
using static TorchSharp.torch;

namespace Platform.Parity.Tensors;

/// <summary>The loss that transformers' causal models return: the mean over all labels that are not -100.</summary>
internal static class CausalLoss
{
    /// <param name="prefix">Of <c>input_ids</c>, <c>attention_mask</c> and <c>labels</c> in the case.</param>
    public static Tensor Mean(CausalLanguageModel model, GoldenCase golden, string prefix)
    {
        using var mask = golden.Read($"{prefix}attention_mask");
        using var ids = golden.Read($"{prefix}input_ids");
        using var labels = golden.Read($"{prefix}labels");
        using var logits = model.Logits(ids, mask);
        return Mean(logits, labels);
    }

    public static Tensor Mean(Tensor logits, Tensor labels)
    {
        using var shifted = logits.narrow(1, 0, logits.shape[1] - 1).reshape(-1, logits.shape[2]);
        using var targets = labels.narrow(1, 1, labels.shape[1] - 1).reshape(-1);
        return nn.functional.cross_entropy(shifted, targets, ignore_index: -100);
    }
}
