using Platform.Modeling;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Parity.Models.Forward;

internal sealed class QuestionAnsweringForward : IForward
{
    public bool Runs(PretrainedModel model) => model is QuestionAnsweringModel;

    public void Run(PretrainedModel model, RunInputs inputs, Dictionary<string, Tensor> outputs)
    {
        var (start, end) = ((QuestionAnsweringModel)model).Logits(inputs.Text, Forwards.Collect(outputs));
        (outputs["start_logits"], outputs["end_logits"]) = (start, end);
        if (inputs.Optional("start_positions") is { } starts) outputs["loss"] = QuestionAnsweringModel.Loss(start, end, starts, inputs.Required("end_positions"));
    }
}
