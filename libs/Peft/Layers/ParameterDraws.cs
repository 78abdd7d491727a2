using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft.Layers;

/// <summary>Draws parameters of new adapters on the CPU, so that they are the same on every device.</summary>
internal static class ParameterDraws
{
    /// <summary>Uniform in ±1/√in, as PyTorch initialises a linear layer: kaiming_uniform_ with a = √5 (He, Zhang, Ren, Sun, 2015).</summary>
    public static void Uniform(Parameter parameter, long fanIn, Generator generator)
    {
        // The steps and the order of PyTorch's kaiming_uniform_: a * a is not exactly 5.
        var a = Math.Sqrt(5);
        var bound = Math.Sqrt(3) * (Math.Sqrt(2 / (1 + (a * a))) / Math.Sqrt(fanIn));
        Within(parameter, bound, generator);
    }

    /// <summary>Uniform in ±bound.</summary>
    public static void Within(Parameter parameter, double bound, Generator generator) => Fill(parameter, drawn => drawn.uniform_(-bound, bound, generator));

    public static void Normal(Parameter parameter, double mean, double deviation, Generator generator) =>
        Fill(parameter, drawn => drawn.normal_(mean, deviation, generator));

    private static void Fill(Parameter parameter, Action<Tensor> draw)
    {
        using var noGradients = no_grad();
        using var drawn = empty(parameter.shape, ScalarType.Float32);
        draw(drawn);
        parameter.copy_(drawn);
    }
}
