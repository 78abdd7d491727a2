using Platform.Modeling.Layers;
using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Quantization.Awq;

/// <summary>Searches the scale of each input that makes the quantized layers' outputs come closest to the plain ones.</summary>
/// <remarks>
/// s = x̄^r / (w̄^(1-r) + 1e-4), clamped to ≥ 1e-4, divided by √(max s · min s); r = 0, 0.05 … 0.95 that minimises
/// ‖f(x; Q(W s) / s) - f(x; W)‖². x̄: mean |x| of an input; w̄: mean over outputs of |w| / max |w| of its group. Without duo scaling
/// s = x̄^r.
/// Lin et al.: "AWQ", 2023, section 3.2, equations 4 and 5. Differs from the paper: w̄ and the normalisation, as in AutoAWQ.
/// </remarks>
internal static class ScaleSearch
{
    private const int Steps = 20;
    private const double Least = 1e-4;

    /// <param name="Scales">[in]; the caller disposes it.</param>
    /// <param name="Losses">The mean squared error for each ratio.</param>
    public sealed record Result(Tensor Scales, IReadOnlyList<double> Losses);

    /// <param name="layers">Linear layers with the same input; their weights are as before afterwards.</param>
    /// <param name="inputs">Their input for each sample, [..., in].</param>
    /// <param name="forward">What is to stay as it is: computed from the layers' input of a sample; the caller owns the result.</param>
    public static Result Find(IReadOnlyList<Linear> layers, IReadOnlyList<Tensor> inputs, Func<int, Tensor> forward, AwqOptions options)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var weights = layers.Select(layer => layer.Weight.detach().clone()).ToList();
        var (activations, magnitudes) = (MeanActivations(inputs), MeanMagnitudes(cat(weights, 0), options.GroupSize));
        var expected = inputs.Select((_, sample) => forward(sample)).ToList();
        List<double> losses = [];
        Tensor? best = null;
        try
        {
            for (var step = 0; step < Steps; step++)
            {
                var scales = Scales(activations, magnitudes, (double)step / Steps, options.DuoScaling);
                foreach (var (layer, weight) in layers.Zip(weights)) SetRounded(layer, weight, scales, options.GroupSize);
                losses.Add(Loss(expected, forward));
                if (losses[^1] <= losses.Min() && losses.IndexOf(losses[^1]) == step) best = scales;
            }
        }
        finally
        {
            foreach (var (layer, weight) in layers.Zip(weights)) layer.Weight.copy_(weight);
        }

        if (best is null) throw new Calibration.CalibrationException("no scale gives a finite error; the model's activations hold NaN or infinity.");
        return new Result(best.MoveToOuterDisposeScope(), losses);
    }

    private static Tensor Scales(Tensor activations, Tensor magnitudes, double ratio, bool duo)
    {
        using var scope = NewDisposeScope();
        var powers = activations.pow(ratio);
        var scales = (duo ? powers.div(magnitudes.pow(1 - ratio).add(Least)) : powers).clamp(min: Least);
        scales = scales.div(scales.max().mul(scales.min()).sqrt());
        return scales.masked_fill(scales.isfinite().logical_not(), 1).MoveToOuterDisposeScope();
    }

    private static void SetRounded(Linear layer, Tensor weight, Tensor scales, int groupSize)
    {
        using var scope = NewDisposeScope();
        layer.Weight.copy_(GroupRounding.Round(weight.mul(scales), groupSize).Weight.div(scales));
    }

    private static double Loss(List<Tensor> expected, Func<int, Tensor> forward)
    {
        var (sum, count) = (0.0, 0L);
        for (var sample = 0; sample < expected.Count; sample++)
        {
            using var scope = NewDisposeScope();
            var difference = expected[sample].sub(forward(sample)).to_type(ScalarType.Float32);
            (sum, count) = (sum + difference.square().sum(ScalarType.Float64).item<double>(), count + difference.numel());
        }

        return sum / count;
    }

    private static Tensor MeanActivations(IReadOnlyList<Tensor> inputs)
    {
        using var scope = NewDisposeScope();
        return cat([.. inputs.Select(input => input.reshape(-1, input.shape[^1]).to_type(ScalarType.Float32).abs())], 0).mean([0L]).MoveToOuterDisposeScope();
    }

    private static Tensor MeanMagnitudes(Tensor weight, int groupSize)
    {
        using var scope = NewDisposeScope();
        var groups = weight.abs().reshape(weight.shape[0], -1, GroupedWeight.GroupWidth((int)weight.shape[1], groupSize));
        return groups.div(groups.amax([-1L], keepdim: true).add(1e-6)).reshape(weight.shape).mean([0L]).MoveToOuterDisposeScope();
    }
}
