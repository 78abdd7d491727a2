using Platform.Modeling;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Parity.Models.Forward;

internal sealed class Seq2SeqForward : IForward
{
    public bool Runs(PretrainedModel model) => model is Seq2SeqModel;

    public void Run(PretrainedModel model, RunInputs inputs, Dictionary<string, Tensor> outputs)
    {
        var writer = (Seq2SeqModel)model;
        var labels = inputs.Optional("labels");
        var encoded = writer.Encode(inputs.Source, Forwards.Collect(outputs, "enc_hidden"));
        var ids = inputs.Optional("decoder_input_ids") ?? writer.ShiftRight(inputs.Required("labels"));
        var hidden = writer.Decode(ids, encoded, inputs.Optional("decoder_attention_mask"), onHidden: Forwards.Collect(outputs, "dec_hidden"));
        (outputs["encoder_last_hidden_state"], outputs["hidden.final"], outputs["logits"]) = (encoded.Hidden, hidden, writer.Head(hidden));
        if (labels is not null) outputs["loss"] = Seq2SeqModel.Loss(outputs["logits"], labels);
    }
}
