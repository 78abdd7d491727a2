using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>P-tuning.</summary>
internal sealed class PTuningMethod() : FineTuningMethod<PTuningSpec>("p-tuning", "pTuning", method => method.PTuning)
{
    private static readonly Dictionary<string, string> Encoders = new() { ["mlp"] = "MLP", ["lstm"] = "LSTM" };

    public override bool IsMergeable => false;

    protected override void Check(PTuningSpec spec, MethodFields fields)
    {
        fields.Range("virtualTokens", spec.VirtualTokens, 1, 4096);
        fields.OneOf("encoder", spec.Encoder, Encoders.Keys);
        fields.Range("encoderHiddenSize", spec.EncoderHiddenSize ?? 1, 1, 65536);
        fields.Range("encoderLayers", spec.EncoderLayers, 1, 16);
        fields.Share("encoderDropout", spec.EncoderDropout);
    }

    protected override JsonObject Configuration(PTuningSpec spec)
    {
        var keys = AdapterKeys.Prompt("P_TUNING", spec);
        keys["encoder_reparameterization_type"] = Encoders[spec.Encoder];
        if (spec.EncoderHiddenSize is { } width) keys["encoder_hidden_size"] = width;
        keys["encoder_num_layers"] = spec.EncoderLayers;
        keys["encoder_dropout"] = AdapterKeys.Number(spec.EncoderDropout);
        return keys;
    }
}
