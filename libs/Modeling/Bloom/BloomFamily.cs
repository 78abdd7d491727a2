using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Bloom;

/// <summary>The classes of the family.</summary>
internal static class BloomFamily
{
    public static readonly IReadOnlyList<ModelFamily> Models = DecoderHeads.Of(
        "Bloom",
        "bloom",
        (json, dtype, device) => new BloomForCausalLm(BloomConfig.Parse(json), dtype, device),
        new CheckpointLayout { BaseModel = "transformer" },
        tokenHead: "classifier");
}
