using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Whisper;

/// <summary>Leaves out whole blocks at random while training (Fan et al., 2019). Differs from the paper: none.</summary>
internal static class WhisperLayerDrop
{
    public static bool Skips(double probability, bool training)
    {
        if (!training || probability == 0) return false;
        using var drawn = rand(1);
        return drawn.ToDouble() < probability;
    }
}
