using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>Positions of encoders that learned a vector for each.</summary>
internal static class LearnedPositions
{
    /// <summary>0, 1, 2, … for every text, or on from what comes before: [1, positions].</summary>
    public static Tensor Counted(Tensor inputIds, long before = 0)
    {
        using var row = arange(before, before + inputIds.shape[1], ScalarType.Int64, inputIds.device);
        return row.unsqueeze(0);
    }

    /// <exception cref="ArgumentException">The texts are longer than the model's positions.</exception>
    public static void Require(Tensor inputIds, long longest)
    {
        if (inputIds.shape[1] > longest) throw new ArgumentException($"The text has {inputIds.shape[1]} tokens; the model takes at most {longest} (max_position_embeddings): truncate it.");
    }
}
