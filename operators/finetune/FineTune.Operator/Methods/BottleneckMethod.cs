using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>Bottleneck adapters, whose files are AdapterHub's.</summary>
internal sealed class BottleneckMethod() : FineTuningMethod<BottleneckSpec>("adapter", "adapter", method => method.Adapter)
{
    private static readonly string[] Kinds = ["houlsby", "pfeiffer", "parallel"];
    private static readonly string[] NonLinearities = ["relu", "swish", "silu", "gelu", "gelu_new", "leaky_relu", "tanh", "sigmoid", "mish", "relu2", "relu6"];

    public override bool IsMergeable => false;

    protected override void Check(BottleneckSpec spec, MethodFields fields)
    {
        fields.OneOf("kind", spec.Kind, Kinds);
        fields.Range("reductionFactor", spec.ReductionFactor ?? 1, 1, 65536);
        if (spec.NonLinearity is { } function) fields.OneOf("nonLinearity", function, NonLinearities);
        fields.Share("dropout", spec.Dropout);
        foreach (var block in spec.LeaveOut ?? []) fields.Range("leaveOut[]", block, 0, 1_000_000);
    }

    protected override JsonObject Configuration(BottleneckSpec spec)
    {
        var keys = Kind(spec.Kind);
        keys["output_adapter"] = true;
        keys["dropout"] = AdapterKeys.Number(spec.Dropout);
        if (spec.ReductionFactor is { } factor) keys["reduction_factor"] = factor;
        if (spec.NonLinearity is { } function) keys["non_linearity"] = function;
        if (spec.LeaveOut is { } blocks) keys["leave_out"] = AdapterKeys.List(blocks);
        return new() { ["config"] = keys };
    }

    /// <summary>AdapterHub's configurations double_seq_bn, seq_bn and par_bn.</summary>
    private static JsonObject Kind(string kind) => kind switch
    {
        "houlsby" => new() { ["mh_adapter"] = true, ["non_linearity"] = "swish", ["reduction_factor"] = 16 },
        "pfeiffer" => new() { ["mh_adapter"] = false, ["original_ln_before"] = true, ["non_linearity"] = "relu", ["reduction_factor"] = 16 },
        _ => new() { ["mh_adapter"] = false, ["is_parallel"] = true, ["non_linearity"] = "relu", ["reduction_factor"] = 2, ["scaling"] = 4, ["init_weights"] = "mam_adapter" },
    };
}
