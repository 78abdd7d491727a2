using Platform.Modeling;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Parity.Models.Forward;

internal sealed class ImageClassifierForward : IForward
{
    public bool Runs(PretrainedModel model) => model is ImageClassifier;

    public void Run(PretrainedModel model, RunInputs inputs, Dictionary<string, Tensor> outputs)
    {
        var classifier = (ImageClassifier)model;
        outputs["logits"] = classifier.Logits(inputs.Required("pixel_values"), Forwards.Collect(outputs));
        if (inputs.Optional("labels") is { } labels) outputs["loss"] = ClassificationLoss.Of(classifier.Labels, outputs["logits"], labels);
    }
}
