using Platform.Modeling;
using Platform.Modeling.Llava;
using static TorchSharp.torch;

namespace Platform.Parity.Models.Forward;

internal sealed class LlavaForward : IForward
{
    public bool Runs(PretrainedModel model) => model is LlavaForConditionalGeneration;

    public void Run(PretrainedModel model, RunInputs inputs, Dictionary<string, Tensor> outputs)
    {
        var (llava, text, pixels) = ((LlavaForConditionalGeneration)model, inputs.Text, inputs.Required("pixel_values"));
        var final = llava.Seeing(pixels).HiddenStates(text.InputIds, text.AttentionMask, text.PositionIds, onHidden: Forwards.Collect(outputs, "hidden.text"));
        outputs["hidden.final"] = final;
        outputs["logits"] = llava.Head(final);
        if (inputs.Optional("labels") is { } labels) outputs["loss"] = CausalForward.Loss(outputs["logits"], labels);

        using var noGradients = no_grad();
        outputs["image_hidden_states"] = llava.ImageFeatures(pixels).flatten(0, 1);
        llava.VisionTower.HiddenStates(pixels, Forwards.Collect(outputs, "hidden.vision"));
    }
}
