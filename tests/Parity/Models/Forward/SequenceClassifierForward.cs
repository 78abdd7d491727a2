using Platform.Modeling;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Parity.Models.Forward;

internal sealed class SequenceClassifierForward : IForward
{
    public bool Runs(PretrainedModel model) => model is SequenceClassifier;

    public void Run(PretrainedModel model, RunInputs inputs, Dictionary<string, Tensor> outputs)
    {
        var classifier = (SequenceClassifier)model;
        outputs["logits"] = classifier.Logits(inputs.Text, Forwards.Collect(outputs));
        if (inputs.Optional("labels") is { } labels) outputs["loss"] = ClassificationLoss.Of(classifier.Labels, outputs["logits"], labels);
    }
}
