using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>LN tuning.</summary>
internal sealed class LnTuningMethod() : FineTuningMethod<LnTuningSpec>("ln-tuning", "lnTuning", method => method.LnTuning)
{
    protected override void Check(LnTuningSpec spec, MethodFields fields) => fields.Targets(spec);

    protected override JsonObject Configuration(LnTuningSpec spec) => AdapterKeys.Targets("LN_TUNING", spec, spec.ExcludeModules);
}
