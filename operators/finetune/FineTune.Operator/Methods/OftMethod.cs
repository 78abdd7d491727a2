using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>OFT.</summary>
internal sealed class OftMethod() : FineTuningMethod<OftSpec>("oft", "oft", method => method.Oft)
{
    private const int DefaultBlockSize = 32;

    protected override void Check(OftSpec spec, MethodFields fields)
    {
        fields.Refuse(spec.BlockSize is not null && spec.Blocks is not null, "blockSize", "and blocks are both set; remove one.");
        fields.Range("blockSize", spec.BlockSize ?? DefaultBlockSize, 2, 65536);
        fields.Range("blocks", spec.Blocks ?? 1, 1, 65536);
        fields.Decimal("radius", spec.Radius, 0, 1, "6e-5", aboveMin: true);
        fields.Range("cayleyNeumannTerms", spec.CayleyNeumannTerms, 1, 64);
        fields.Share("dropout", spec.Dropout);
        fields.Targets(spec);
    }

    protected override JsonObject Configuration(OftSpec spec)
    {
        var keys = AdapterKeys.Targets("OFT", spec, spec.ExcludeModules);
        keys["oft_block_size"] = spec.BlockSize ?? (spec.Blocks is null ? DefaultBlockSize : 0);
        keys["r"] = spec.Blocks ?? 0;
        keys["block_share"] = spec.BlockShare;
        keys["coft"] = spec.Constrained;
        keys["eps"] = AdapterKeys.Number(spec.Radius);
        keys["use_cayley_neumann"] = spec.CayleyNeumann;
        keys["num_cayley_neumann_terms"] = spec.CayleyNeumannTerms;
        keys["module_dropout"] = AdapterKeys.Number(spec.Dropout);
        return keys;
    }
}
