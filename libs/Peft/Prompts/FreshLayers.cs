using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.Peft.Prompts;

/// <summary>First values as PyTorch's layers draw them, on the CPU so that they are the same on every device.</summary>
internal static class FreshLayers
{
    /// <summary>N(0, 1)</summary>
    public static void Embedding(Tensor weight, Generator generator) => Fill(weight, drawn => drawn.normal_(0, 1, generator));

    /// <summary>U(-1/√in, 1/√in) for the weight, then for the bias.</summary>
    public static void Linear(Linear layer, Generator generator)
    {
        Uniform(layer.Weight, KaimingBound(layer.InFeatures), generator);
        Uniform(layer.Bias!, 1 / Math.Sqrt(layer.InFeatures), generator);
    }

    public static void Uniform(Tensor parameter, double bound, Generator generator) => Fill(parameter, drawn => drawn.uniform_(-bound, bound, generator));

    // The steps and the order of PyTorch's kaiming_uniform_: a * a is not exactly 5.
    private static double KaimingBound(long fanIn)
    {
        var a = Math.Sqrt(5);
        return Math.Sqrt(3) * (Math.Sqrt(2 / (1 + (a * a))) / Math.Sqrt(fanIn));
    }

    private static void Fill(Tensor parameter, Action<Tensor> draw)
    {
        using var noGradients = no_grad();
        using var drawn = empty(parameter.shape, ScalarType.Float32);
        draw(drawn);
        parameter.copy_(drawn);
    }
}
