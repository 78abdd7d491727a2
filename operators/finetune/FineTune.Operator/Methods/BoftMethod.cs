using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>BOFT.</summary>
internal sealed class BoftMethod() : FineTuningMethod<BoftSpec>("boft", "boft", method => method.Boft)
{
    private const int DefaultBlockSize = 4;

    protected override void Check(BoftSpec spec, MethodFields fields)
    {
        fields.Refuse(spec.BlockSize is not null && spec.Blocks is not null, "blockSize", "and blocks are both set; remove one.");
        fields.Range("blockSize", spec.BlockSize ?? DefaultBlockSize, 2, 65536);
        fields.Range("blocks", spec.Blocks ?? 1, 1, 65536);
        fields.Range("butterflyFactors", spec.ButterflyFactors, 1, 32);
        fields.Share("dropout", spec.Dropout);
        fields.Targets(spec);
    }

    protected override JsonObject Configuration(BoftSpec spec)
    {
        var keys = AdapterKeys.Targets("BOFT", spec, spec.ExcludeModules);
        keys["boft_block_size"] = spec.BlockSize ?? (spec.Blocks is null ? DefaultBlockSize : 0);
        keys["boft_block_num"] = spec.Blocks ?? 0;
        keys["boft_n_butterfly_factor"] = spec.ButterflyFactors;
        keys["boft_dropout"] = AdapterKeys.Number(spec.Dropout);
        return keys;
    }
}
