using Platform.Modeling;
using Platform.Modeling.Clip;
using static TorchSharp.torch;

namespace Platform.Parity.Models.Forward;

internal sealed class ContrastiveForward : IForward
{
    public bool Runs(PretrainedModel model) => model is ClipModel;

    public void Run(PretrainedModel model, RunInputs inputs, Dictionary<string, Tensor> outputs)
    {
        var clip = (ClipModel)model;
        var images = clip.ImageEmbeddings(inputs.Required("pixel_values"), Forwards.Collect(outputs, "hidden.vision"));
        var texts = clip.TextEmbeddings(inputs.Text, Forwards.Collect(outputs, "hidden.text"));
        var logits = clip.LogitsPerText(texts, images);
        (outputs["image_embeds"], outputs["text_embeds"]) = (images, texts);
        (outputs["logits_per_text"], outputs["logits_per_image"]) = (logits, logits.t());
        outputs["loss"] = ClipModel.ContrastiveLoss(logits);
    }
}
