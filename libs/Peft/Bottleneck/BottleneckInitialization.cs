using Platform.Peft.Layers;
using static TorchSharp.torch;
using Linear = Platform.Modeling.Layers.Linear;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Bottleneck;

/// <summary>Draws a new bottleneck: the same numbers as AdapterHub's for the same seed.</summary>
/// <remarks>Every linear layer is first drawn as PyTorch draws one, which moves the generator on, then as the options say.</remarks>
internal static class BottleneckInitialization
{
    public static void Draw(BottleneckLayer layer, BottleneckInit init, Generator generator)
    {
        using var noGradients = no_grad();
        foreach (var norm in layer.Norms)
            foreach (var (name, parameter) in norm.named_parameters()) parameter.fill_(name == "weight" ? 1 : 0);
        foreach (var linear in Linears(layer)) Fresh(linear, generator);
        switch (init)
        {
            case BottleneckInit.UpZero:
                ParameterDraws.Uniform(layer.Down.Weight, layer.Down.InFeatures, generator);
                layer.Up.Weight.zero_();
                if (layer.Gate is not null) ParameterDraws.Normal(layer.Gate.Weight, 0, 0.02, generator);
                break;
            case BottleneckInit.Houlsby:
                CutNormal(layer.Down.Weight, 0.01, generator);
                CutNormal(layer.Up.Weight, 0.01, generator);
                return;
            default:
                foreach (var linear in Linears(layer)) ParameterDraws.Normal(linear.Weight, 0, 0.02, generator);
                break;
        }
    }

    private static IEnumerable<Linear> Linears(BottleneckLayer layer) => layer.Gate is null ? [layer.Down, layer.Up] : [layer.Down, layer.Up, layer.Gate];

    private static void Fresh(Linear linear, Generator generator)
    {
        ParameterDraws.Uniform(linear.Weight, linear.InFeatures, generator);
        ParameterDraws.Uniform(linear.Bias!, linear.InFeatures, generator);
        linear.Bias!.zero_();
    }

    /// <summary>trunc_normal_ of PyTorch, cut at two deviations: through the inverse of the normal distribution.</summary>
    private static void CutNormal(Parameter parameter, double deviation, Generator generator)
    {
        const double Inside = 0.95449973610364158; // erf(√2): what of the distribution lies within two deviations
        using var drawn = empty(parameter.shape, ScalarType.Float32);
        drawn.uniform_(-Inside, Inside, generator);
        drawn.erfinv_();
        drawn.mul_(deviation * Math.Sqrt(2));
        drawn.clamp_(-2 * deviation, 2 * deviation);
        parameter.copy_(drawn);
    }
}
