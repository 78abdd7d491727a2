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
        ["gelu_python"] = x => nn.functional.gelu(x),
        ["gelu_new"] = GeluByTanh,
        ["gelu_fast"] = GeluByTanh,
        ["gelu_python_tanh"] = GeluByTanh,
        ["gelu_pytorch_tanh"] = GeluByTanh,
        ["quick_gelu"] = GeluBySigmoid,
        ["relu"] = x => nn.functional.relu(x),
        ["relu2"] = SquaredRelu,
        ["relu6"] = x => nn.functional.relu6(x),
        ["leaky_relu"] = x => nn.functional.leaky_relu(x, 0.01),
        ["mish"] = x => nn.functional.mish(x),
        ["sigmoid"] = x => x.sigmoid(),
        ["tanh"] = x => x.tanh(),
        ["linear"] = x => x.alias(),
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <exception cref="ArgumentException">There is no such function.</exception>
    public static Func<Tensor, Tensor> Named(string name) => ByName.TryGetValue(name, out var function)
        ? function
        : throw new ArgumentException($"hidden_act is '{name}'; known are {string.Join(", ", ByName.Keys.Order())}.");

    /// <summary>½ x (1 + tanh(√(2/π) (x + 0.044715 x³))) (Hendrycks and Gimpel, 2016).</summary>
    private static Tensor GeluByTanh(Tensor x) => nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh);

    /// <summary>x σ(1.702 x) (Hendrycks and Gimpel, 2016).</summary>
    private static Tensor GeluBySigmoid(Tensor x)
    {
        using var steep = x.mul(1.702);
        using var gate = steep.sigmoid();
        return x.mul(gate);
    }

    private static Tensor SquaredRelu(Tensor x)
    {
        using var positive = nn.functional.relu(x);
        return positive.square();
    }
}
