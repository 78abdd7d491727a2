using Platform.Modeling;
using Platform.Modeling.Mixtral;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Parity.Models.Forward;

internal sealed class CausalForward : IForward
{
    public bool Runs(PretrainedModel model) => model is CausalLanguageModel;

    public void Run(PretrainedModel model, RunInputs inputs, Dictionary<string, Tensor> outputs)
    {
        var (causal, text) = ((CausalLanguageModel)model, inputs.Text);
        using var context = causal.PrepareForward(text.InputIds, text.AttentionMask, text.PositionIds);
        var final = causal.HiddenStates(text.InputIds, context, Forwards.Collect(outputs));
        outputs["logits"] = causal.Head(final);
        AddRouting(causal, context, outputs);
        if (inputs.Optional("labels") is not { } labels) return;

        outputs["loss"] = Loss(outputs["logits"], labels);
        if (causal.AuxiliaryLoss(context) is { } auxiliary) outputs["loss"] = outputs["loss"] + auxiliary;
    }

    private static void AddRouting(CausalLanguageModel model, ForwardContext context, Dictionary<string, Tensor> outputs)
    {
        if (context.Routing is not { } routing) return;
        foreach (var (block, logits) in routing.Logits.Index()) outputs[$"router_logits.{block}"] = logits.alias();
        if (model is MixtralForCausalLm experts) outputs["aux_loss"] = experts.LoadBalancing(context);
    }

    /// <summary>The mean over the labels that are not -100 of the next token's cross-entropy.</summary>
    public static Tensor Loss(Tensor logits, Tensor labels) => nn.functional.cross_entropy(
        logits.narrow(1, 0, logits.shape[1] - 1).flatten(0, 1),
        VirtualTokens.PaddedLabels(labels, logits.shape[1]).narrow(1, 1, logits.shape[1] - 1).flatten(),
        ignore_index: -100);
}
