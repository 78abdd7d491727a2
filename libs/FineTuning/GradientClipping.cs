using static TorchSharp.torch;

namespace Platform.FineTuning;

/// <summary>Keeps gradients from growing too large, as PyTorch's clip_grad functions do.</summary>
public static class GradientClipping
{
    /// <summary>Scales all gradients together so that their common norm is at most <paramref name="maxNorm"/>.</summary>
    /// <param name="order">The norm's order; infinity takes the largest element.</param>
    /// <returns>The norm before clipping.</returns>
    public static double ByNorm(IEnumerable<Tensor> parameters, double maxNorm, double order = 2)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var gradients = Gradients(parameters);
        if (gradients.Count == 0) return 0;
        var total = Norm(stack([.. gradients.Select(gradient => Norm(gradient, order).to(ScalarType.Float32))]), order);
        // Multiplied also when it is 1: no branch, so that no step waits for the device.
        var scale = total.add(1e-6).reciprocal_().mul_(maxNorm).clamp_(max: 1);
        foreach (var gradient in gradients) gradient.mul_(scale);
        return total.item<float>();
    }

    /// <summary>Cuts every element off at ±<paramref name="limit"/>.</summary>
    public static void ByValue(IEnumerable<Tensor> parameters, double limit)
    {
        using var noGradients = no_grad();
        foreach (var gradient in Gradients(parameters)) gradient.clamp_(-limit, limit);
    }

    private static List<Tensor> Gradients(IEnumerable<Tensor> parameters) => [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>()];

    private static Tensor Norm(Tensor tensor, double order) =>
        double.IsPositiveInfinity(order) ? tensor.abs().max() : linalg.vector_norm(tensor, order);
}
