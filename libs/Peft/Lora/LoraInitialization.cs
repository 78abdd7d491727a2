using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft.Lora;

/// <summary>Draws the factors of a new adapter: the same numbers as PEFT's for the same seed.</summary>
/// <remarks>
/// A ~ U(-1/√in, 1/√in), which is Kaiming's uniform with a = √5; B = 0.
/// He, Zhang, Ren, Sun: "Delving Deep into Rectifiers", 2015, section 2.2; Hu et al.: "LoRA", 2021, section 4.1.
/// Differs from the paper: as PEFT does, both factors are first drawn as fresh linear layers (which moves the generator on),
/// then A is drawn again and B set to zero. Numbers are drawn on the CPU so that they are the same on every device.
/// </remarks>
internal static class LoraInitialization
{
    public static void Draw(LoraUpdate layer, LoraInit init, Generator generator)
    {
        using var noGradients = no_grad();
        Uniform(layer.Down, layer.Down.shape[1], generator);
        Uniform(layer.Up, layer.Up.shape[1], generator);
        if (layer.UpBias is { } bias) Uniform(bias, layer.Up.shape[1], generator);
        if (init is LoraInit.Random or LoraInit.Pissa or LoraInit.Olora) return;

        if (init == LoraInit.Kaiming) Uniform(layer.Down, layer.Down.shape[1], generator);
        else Normal(layer.Down, 1.0 / layer.Down.shape[0], generator);
        layer.Up.zero_();
        layer.UpBias?.zero_();
    }

    /// <summary>An embedding's A is zero and its B standard normal; as in PEFT both are drawn as normals first.</summary>
    public static void Draw(EmbeddingUpdate layer, LoraInit init, Generator generator)
    {
        using var noGradients = no_grad();
        Normal(layer.Down, 1, generator);
        Normal(layer.Up, 1, generator);
        if (init == LoraInit.Random) return;

        layer.Down.zero_();
        Normal(layer.Up, 1, generator);
    }

    private static void Uniform(Parameter parameter, long fanIn, Generator generator)
    {
        // The steps and the order of PyTorch's kaiming_uniform_: a * a is not exactly 5.
        var a = Math.Sqrt(5);
        var bound = Math.Sqrt(3) * (Math.Sqrt(2 / (1 + (a * a))) / Math.Sqrt(fanIn));
        using var drawn = empty(parameter.shape, ScalarType.Float32);
        drawn.uniform_(-bound, bound, generator);
        parameter.copy_(drawn);
    }

    private static void Normal(Parameter parameter, double deviation, Generator generator)
    {
        using var drawn = empty(parameter.shape, ScalarType.Float32);
        drawn.normal_(0, deviation, generator);
        parameter.copy_(drawn);
    }
}
