using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>VeRA.</summary>
internal sealed class VeraMethod() : FineTuningMethod<VeraSpec>("vera", "vera", method => method.Vera)
{
    protected override void Check(VeraSpec spec, MethodFields fields)
    {
        fields.Range("rank", spec.Rank, 1, 65536);
        fields.Range("projectionSeed", spec.ProjectionSeed, 0, int.MaxValue);
        fields.Decimal("initialScale", spec.InitialScale, 0, 1000, "0.1");
        fields.Share("dropout", spec.Dropout);
        fields.Targets(spec);
    }

    protected override JsonObject Configuration(VeraSpec spec)
    {
        var keys = AdapterKeys.Targets("VERA", spec);
        keys["r"] = spec.Rank;
        keys["projection_prng_key"] = spec.ProjectionSeed;
        keys["save_projection"] = spec.SaveProjection;
        keys["d_initial"] = AdapterKeys.Number(spec.InitialScale);
        keys["vera_dropout"] = AdapterKeys.Number(spec.Dropout);
        return keys;
    }
}
