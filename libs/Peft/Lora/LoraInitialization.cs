using Platform.Peft.Layers;
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
        Draw(layer.Down, layer.Up, layer.UpBias, init, (int)layer.Down.shape[0], generator);
    }

    /// <param name="down">[ranks, in], where several matrices may share the tensor</param>
    /// <param name="rank">of one of them</param>
    public static void Draw(Parameter down, Parameter up, Parameter? upBias, LoraInit init, int rank, Generator generator)
    {
        using var noGradients = no_grad();
        ParameterDraws.Uniform(down, down.shape[1], generator);
        ParameterDraws.Uniform(up, up.shape[1], generator);
        if (upBias is not null) ParameterDraws.Uniform(upBias, up.shape[1], generator);
        if (init is LoraInit.Random or LoraInit.Pissa or LoraInit.Olora or LoraInit.LoftQ) return;

        if (init == LoraInit.Kaiming) ParameterDraws.Uniform(down, down.shape[1], generator);
        else ParameterDraws.Normal(down, 0, 1.0 / rank, generator);
        up.zero_();
        upBias?.zero_();
    }

    /// <summary>An embedding's A is zero and its B standard normal; as in PEFT both are drawn as normals first.</summary>
    public static void Draw(EmbeddingUpdate layer, LoraInit init, Generator generator)
    {
        using var noGradients = no_grad();
        ParameterDraws.Normal(layer.Down, 0, 1, generator);
        ParameterDraws.Normal(layer.Up, 0, 1, generator);
        if (init == LoraInit.Random) return;

        layer.Down.zero_();
        ParameterDraws.Normal(layer.Up, 0, 1, generator);
    }
}
