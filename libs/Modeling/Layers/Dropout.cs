using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>Zeroes entries at random while training (Srivastava et al., 2014). Differs from the paper: the rest is scaled up, so evaluation needs no scaling.</summary>
internal static class Dropout
{
    /// <param name="x">taken over: disposed, or returned as it is where nothing is dropped</param>
    public static Tensor Of(Tensor x, double probability, bool training)
    {
        if (!training || probability == 0) return x;
        using (x) return nn.functional.dropout(x, probability, training: true);
    }
}
