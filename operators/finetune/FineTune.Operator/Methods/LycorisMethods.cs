using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>What LoHa and LoKr have in common.</summary>
internal abstract class LycorisMethod<TSpec>(string type, string peftType, Func<MethodSpec, TSpec?> of) : FineTuningMethod<TSpec>(type, type, of)
    where TSpec : LycorisSpec, new()
{
    protected override void Check(TSpec spec, MethodFields fields)
    {
        fields.Range("rank", spec.Rank, 1, 256);
        fields.Range("alpha", spec.Alpha, 1, 4096);
        fields.Share("rankDropout", spec.RankDropout);
        fields.Share("moduleDropout", spec.ModuleDropout);
        fields.Ranges("rankPattern", spec.RankPattern, 1, 256);
        fields.Ranges("alphaPattern", spec.AlphaPattern, 1, 4096);
        fields.Targets(spec);
    }

    protected override JsonObject Configuration(TSpec spec)
    {
        var keys = AdapterKeys.Targets(peftType, spec, spec.ExcludeModules);
        keys["r"] = spec.Rank;
        keys["alpha"] = spec.Alpha;
        keys["rank_dropout"] = AdapterKeys.Number(spec.RankDropout);
        keys["module_dropout"] = AdapterKeys.Number(spec.ModuleDropout);
        keys["rank_pattern"] = AdapterKeys.Patterns(spec.RankPattern);
        keys["alpha_pattern"] = AdapterKeys.Patterns(spec.AlphaPattern);
        return keys;
    }
}

/// <summary>LoHa.</summary>
internal sealed class LohaMethod() : LycorisMethod<LohaSpec>("loha", "LOHA", method => method.Loha);

/// <summary>LoKr.</summary>
internal sealed class LokrMethod() : LycorisMethod<LokrSpec>("lokr", "LOKR", method => method.Lokr)
{
    protected override void Check(LokrSpec spec, MethodFields fields)
    {
        base.Check(spec, fields);
        fields.Refuse(spec.DecomposeFactor is not (-1 or >= 1), "decomposeFactor", $"is {spec.DecomposeFactor}; it must be -1 (near the square root) or at least 1.");
    }

    protected override JsonObject Configuration(LokrSpec spec)
    {
        var keys = base.Configuration(spec);
        keys["decompose_both"] = spec.DecomposeBoth;
        keys["decompose_factor"] = spec.DecomposeFactor;
        keys["rank_dropout_scale"] = spec.RankDropoutScale;
        return keys;
    }
}
