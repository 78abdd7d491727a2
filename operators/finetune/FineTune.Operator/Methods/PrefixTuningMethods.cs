using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>Prefix tuning.</summary>
internal sealed class PrefixTuningMethod() : FineTuningMethod<PrefixTuningSpec>("prefix-tuning", "prefixTuning", method => method.PrefixTuning)
{
    public override bool IsMergeable => false;

    protected override void Check(PrefixTuningSpec spec, MethodFields fields)
    {
        fields.Range("virtualTokens", spec.VirtualTokens, 1, 4096);
        fields.Range("encoderHiddenSize", spec.EncoderHiddenSize ?? 1, 1, 65536);
        fields.Refuse(spec.EncoderHiddenSize is not null && !spec.Projection, "encoderHiddenSize", "is set and projection false; set it to true, or remove the size.");
    }

    protected override JsonObject Configuration(PrefixTuningSpec spec)
    {
        var keys = AdapterKeys.Prompt("PREFIX_TUNING", spec);
        keys["prefix_projection"] = spec.Projection;
        if (spec.EncoderHiddenSize is { } width) keys["encoder_hidden_size"] = width;
        return keys;
    }
}

/// <summary>P-Tuning v2: a prefix without projection, with a dropout that PEFT has no key for.</summary>
internal sealed class PTuningV2Method() : FineTuningMethod<PTuningV2Spec>("p-tuning-v2", "pTuningV2", method => method.PTuningV2)
{
    public override bool IsMergeable => false;

    protected override void Check(PTuningV2Spec spec, MethodFields fields)
    {
        fields.Range("virtualTokens", spec.VirtualTokens, 1, 4096);
        fields.Share("dropout", spec.Dropout);
    }

    protected override JsonObject Configuration(PTuningV2Spec spec)
    {
        var keys = AdapterKeys.Prompt("PREFIX_TUNING", spec);
        keys["prefix_projection"] = false;
        keys["prefix_dropout"] = AdapterKeys.Number(spec.Dropout);
        return keys;
    }
}
