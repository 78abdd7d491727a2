using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>The activation functions by the names configs use.</summary>
public static class Activations
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> ByName = new()
    {
        ["silu"] = x => nn.functional.silu(x),
        ["swish"] = x => nn.functional.silu(x),
        ["gelu"] = x => nn.functional.gelu(x),
        ["relu"] = x => nn.functional.relu(x),
    };

    /// <exception cref="ArgumentException">There is no such function.</exception>
    public static Func<Tensor, Tensor> Named(string name) => ByName.TryGetValue(name, out var function)
        ? function
        : throw new ArgumentException($"hidden_act is '{name}'; known are {string.Join(", ", ByName.Keys.Order())}.");
}
