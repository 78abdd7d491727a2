using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>Zeroes values at random while training and scales up the others (Srivastava et al., 2014). Differs from the paper: it scales in training, not afterwards.</summary>
internal static class Dropout
{
    /// <param name="x">is returned as it is, or disposed</param>
    public static Tensor Of(Tensor x, double probability, bool training)
    {
        if (!training || probability == 0) return x;

        using (x) return nn.functional.dropout(x, probability, training: true);
    }
}
