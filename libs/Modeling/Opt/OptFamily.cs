using System.Text.RegularExpressions;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Opt;

/// <summary>The classes of the family, which has no token classifier.</summary>
internal static partial class OptFamily
{
    public static readonly IReadOnlyList<ModelFamily> Models =
    [
        .. DecoderHeads.Of(
            "OPT",
            "opt",
            (json, dtype, device) => new OptForCausalLm(OptConfig.Parse(json), dtype, device),
            new CheckpointLayout { BaseModel = "model", Ignored = [Version()] }).Where(family => family.Task != typeof(TokenClassifier)),
    ];

    [GeneratedRegex(@"(^|\.)decoder\.version$")]
    private static partial Regex Version();
}
