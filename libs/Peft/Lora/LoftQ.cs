using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Peft.Lora;

/// <summary>First factors that make up for what quantizing the base loses.</summary>
/// <remarks>
/// Q₁ = q(W), then T times: B A = best rank-r approximation of W - Q, Q = q(W - B A); the base becomes Q.
/// Li, Yu, Liang, He, Karampatziakis, Chen, Zhao: "LoftQ: LoRA-Fine-Tuning-Aware Quantization for Large Language Models", 2023, algorithm 1.
/// Differs from the paper: B is divided by the scaling of the update, so that the sum is right for any alpha.
/// </remarks>
public static class LoftQ
{
    /// <param name="Rounded">Q, [out, in]: exactly what a quantizer keeps.</param>
    /// <param name="Down">A, [rank, in].</param>
    /// <param name="Up">B, [out, rank].</param>
    public sealed record Factors(Tensor Rounded, Tensor Down, Tensor Up) : IDisposable
    {
        public void Dispose()
        {
            Rounded.Dispose();
            Down.Dispose();
            Up.Dispose();
        }
    }

    /// <param name="weight">float32 [out, in]</param>
    /// <param name="iterations">T, at least 1</param>
    /// <param name="round">quantizes a weight and gives back what dequantizing makes of it</param>
    public static Factors Decompose(Tensor weight, int rank, int iterations, Func<Tensor, Tensor> round)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var wanted = weight;
        for (var iteration = 1; ; iteration++)
        {
            var rounded = round(wanted);
            var (down, up) = PrincipalFactors.Singular(weight.sub(rounded), rank, scaling: 1);
            if (iteration == iterations) return new Factors(rounded.MoveToOuterDisposeScope(), down.MoveToOuterDisposeScope(), up.MoveToOuterDisposeScope());
            wanted = weight.sub(up.mm(down));
        }
    }

    /// <summary>Rounds the weights under a new LoRA for good and sets its factors; what is saved is a plain LoRA of the rounded base.</summary>
    /// <inheritdoc cref="Decompose"/>
    public static void Apply(LayerAdapter adapter, int iterations, Func<Tensor, Tensor> round)
    {
        using var noGradients = no_grad();
        foreach (var (_, layer, update) in adapter.Updates)
        {
            if (update is not LoraUpdate lora || layer.Base is not Linear linear) continue;
            Apply(lora, linear, iterations, round);
            (lora as DoraUpdate)?.MeasureMagnitude();
        }
    }

    /// <summary>Rounds the weight under one update and sets its factors.</summary>
    internal static void Apply(LoraUpdate update, Linear layer, int iterations, Func<Tensor, Tensor> round)
    {
        using var noGradients = no_grad();
        using var weight = layer.Weight.to_type(ScalarType.Float32);
        using var factors = Decompose(weight, (int)update.Down.shape[0], iterations, round);
        using var up = factors.Up.div(update.Scaling);
        layer.Weight.copy_(factors.Rounded);
        update.Down.copy_(factors.Down);
        update.Up.copy_(up);
    }
}
