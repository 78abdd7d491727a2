using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Clip;

/// <summary>The first values of CLIP's parameters, which depend on depth and width as in transformers.</summary>
internal static class ClipInitialization
{
    /// <returns>whether the parameter is one of these</returns>
    public static bool Vision(ClipVisionConfig config, string name, Tensor parameter, Generator generator)
    {
        if (name.EndsWith("class_embedding", StringComparison.Ordinal)) parameter.normal_(0, config.InitializerFactor / Math.Sqrt(config.HiddenSize), generator);
        else if (name.EndsWith("visual_projection.weight", StringComparison.Ordinal)) parameter.normal_(0, config.InitializerFactor / Math.Sqrt(config.HiddenSize), generator);
        else return Block(config, name, parameter, generator);
        return true;
    }

    /// <inheritdoc cref="Vision"/>
    public static bool Text(ClipTextConfig config, string name, Tensor parameter, Generator generator)
    {
        if (name.EndsWith("text_projection.weight", StringComparison.Ordinal)) parameter.normal_(0, config.InitializerFactor / Math.Sqrt(config.HiddenSize), generator);
        else return Block(config, name, parameter, generator);
        return true;
    }

    private static bool Block(ClipTowerConfig config, string name, Tensor parameter, Generator generator)
    {
        if (parameter.dim() != 2) return false;

        var (wide, deep) = (1 / Math.Sqrt(config.HiddenSize), 1 / Math.Sqrt(2 * config.Layers));
        double? deviation = name switch
        {
            _ when name.EndsWith("out_proj.weight", StringComparison.Ordinal) => wide,
            _ when name.EndsWith("fc1.weight", StringComparison.Ordinal) => 1 / Math.Sqrt(2 * config.HiddenSize),
            _ when name.Contains("_proj.", StringComparison.Ordinal) || name.EndsWith("fc2.weight", StringComparison.Ordinal) => wide * deep,
            _ => null,
        };
        if (deviation is null) return false;

        parameter.normal_(0, deviation.Value * config.InitializerFactor, generator);
        return true;
    }
}
