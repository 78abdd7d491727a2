using System.Text.RegularExpressions;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Gpt2;

/// <summary>The classes of the family. Old files hold each block's causal mask.</summary>
internal static partial class Gpt2Family
{
    public static readonly IReadOnlyList<ModelFamily> Models = DecoderHeads.Of(
        "GPT2",
        "gpt2",
        (json, dtype, device) => new Gpt2LmHeadModel(Gpt2Config.Parse(json), dtype, device),
        new CheckpointLayout { BaseModel = "transformer", Ignored = [CausalMask()], Parts = TransposedLinear.Layout(Projection()) },
        causalSuffix: "LMHeadModel",
        tokenHead: "classifier");

    [GeneratedRegex(@"(^|\.)h\.\d+\.attn\.(bias|masked_bias)$")]
    private static partial Regex CausalMask();

    [GeneratedRegex(@"\.(c_attn|c_proj|c_fc)\.weight$")]
    private static partial Regex Projection();
}
