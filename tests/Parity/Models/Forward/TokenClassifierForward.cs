using Platform.Modeling;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Parity.Models.Forward;

internal sealed class TokenClassifierForward : IForward
{
    public bool Runs(PretrainedModel model) => model is TokenClassifier;

    public void Run(PretrainedModel model, RunInputs inputs, Dictionary<string, Tensor> outputs)
    {
        outputs["logits"] = ((TokenClassifier)model).Logits(inputs.Text, Forwards.Collect(outputs));
        if (inputs.Optional("labels") is { } labels) outputs["loss"] = nn.functional.cross_entropy(outputs["logits"].flatten(0, 1), labels.flatten(), ignore_index: -100);
    }
}
