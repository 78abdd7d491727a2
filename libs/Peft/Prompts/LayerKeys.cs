using TorchSharp.Modules;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Peft.Prompts;

/// <summary>The parameters of an encoder's layer by their names.</summary>
internal static class LayerKeys
{
    public static IEnumerable<(string Key, Parameter Parameter)> Of(string name, Linear layer) => [($"{name}.weight", layer.Weight), ($"{name}.bias", layer.Bias!)];
}
