using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.T5;

/// <summary>The first values of T5's weights, so that unscaled attention scores and the tied head begin at the right size.</summary>
internal static class T5Weights
{
    public static void Initialize(T5Config config, string name, Tensor parameter, Generator generator)
    {
        if (parameter.dim() > 1) parameter.normal_(0, config.InitializerFactor * Deviation(config, name), generator);
        else if (name.EndsWith("bias", StringComparison.Ordinal)) nn.init.zeros_(parameter);
        else nn.init.constant_(parameter, config.InitializerFactor);
    }

    private static double Deviation(T5Config config, string name)
    {
        var module = name.Split('.')[^2];
        return module switch
        {
            "shared" or "lm_head" => 1,
            "q" => 1 / Math.Sqrt(config.HiddenSize * config.HeadWidth),
            "o" => 1 / Math.Sqrt(config.Heads * config.HeadWidth),
            "wo" => 1 / Math.Sqrt(config.IntermediateSize),
            _ => 1 / Math.Sqrt(config.HiddenSize),
        };
    }
}
