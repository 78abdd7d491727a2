using Platform.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Parity.Models.Forward;

internal sealed class CausalForward : IForward
{
    public bool Runs(PretrainedModel model) => model is CausalLanguageModel;

    public void Run(PretrainedModel model, RunInputs inputs, Dictionary<string, Tensor> outputs)
    {
        var (causal, text) = ((CausalLanguageModel)model, inputs.Text);
        var final = causal.HiddenStates(text.InputIds, text.AttentionMask, text.PositionIds, onHidden: Forwards.Collect(outputs));
        outputs["logits"] = causal.Head(final);
        if (inputs.Optional("labels") is { } labels) outputs["loss"] = Loss(outputs["logits"], labels);
    }

    /// <summary>The mean over the labels that are not -100 of the next token's cross-entropy.</summary>
    private static Tensor Loss(Tensor logits, Tensor labels) => nn.functional.cross_entropy(
        logits.narrow(1, 0, logits.shape[1] - 1).flatten(0, 1),
        labels.narrow(1, 1, labels.shape[1] - 1).flatten(),
        ignore_index: -100);
}
