using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>
/// m = β₁ m + (1 - β₁) g,  v = β₂ v + (1 - β₂) g²,  w -= η (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε).
/// Kingma and Ba: "Adam", 2015, Algorithm 1; Loshchilov and Hutter: "Decoupled Weight Decay Regularization", 2019;
/// Reddi, Kale and Kumar: "On the Convergence of Adam and Beyond", 2018.
/// Differs from the papers: decoupled decay is multiplied by the learning rate, and AMSGrad compares before the bias correction, both as PyTorch does.
/// </summary>
internal static class AdamFormula
{
    /// <summary>One step of one parameter. Weights and moments change in place.</summary>
    /// <param name="largest">the largest second moment so far, for AMSGrad; null without it</param>
    /// <param name="step">counted from 1</param>
    public static void Apply(
        Tensor weights, Tensor gradient, Tensor average, Tensor square, Tensor? largest, long step, AdamOptions options, double decay, double learningRate)
    {
        if (options.DecoupledDecay) weights.mul_(1 - learningRate * decay);
        else if (decay != 0) gradient = gradient.add(weights, alpha: decay);

        average.lerp_(gradient, 1 - options.Beta1);
        square.mul_(options.Beta2).addcmul_(gradient, gradient, value: 1 - options.Beta2);
        largest?.copy_(maximum(largest, square));
        var denominator = (largest ?? square).sqrt().div_(Math.Sqrt(1 - Math.Pow(options.Beta2, step))).add_(options.Epsilon);
        weights.addcdiv_(average, denominator, value: -learningRate / (1 - Math.Pow(options.Beta1, step)));
    }
}
