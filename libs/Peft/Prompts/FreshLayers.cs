using Platform.Peft.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Peft.Prompts;

/// <summary>First values as PyTorch's layers draw them.</summary>
internal static class FreshLayers
{
    public static void Embedding(Parameter weight, Generator generator) => ParameterDraws.Normal(weight, 0, 1, generator);

    /// <summary>The weight, then the bias, both in ±1/√in.</summary>
    public static void Linear(Linear layer, Generator generator)
    {
        ParameterDraws.Uniform(layer.Weight, layer.InFeatures, generator);
        ParameterDraws.Within(layer.Bias!, 1 / Math.Sqrt(layer.InFeatures), generator);
    }
}
