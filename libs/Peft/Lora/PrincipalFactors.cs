using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Peft.Lora;

/// <summary>First factors taken from the weight itself; what they give is taken away from it, so the layer computes what it did.</summary>
/// <remarks>
/// PiSSA: U S Vᵀ = W, A = √(S_r / s) V_rᵀ, B = U_r √(S_r / s). OLoRA: Q R = W, A = R[:r], B = Q[:, :r]. The base becomes W - s B A.
/// Meng, Wang, Zhang: "PiSSA: Principal Singular Values and Singular Vectors Adaptation", 2024, equations 2 to 4;
/// Büyükakyüz: "OLoRA: Orthonormal Low-Rank Adaptation of Large Language Models", 2024, section 3.
/// Differs from the papers: PiSSA's factors are divided by √s, since s is not one here. A file keeps the method's name and not the
/// residual: who loads it decomposes the original weight again.
/// </remarks>
internal static class PrincipalFactors
{
    /// <param name="weight">float32 [out, in]</param>
    /// <returns>A [rank, in] and B [out, rank]</returns>
    public static (Tensor Down, Tensor Up) Of(LoraOptions options, Tensor weight, int rank, double scaling)
    {
        var full = Math.Min(weight.shape[0], weight.shape[1]);
        if (rank > full) throw new ArgumentException($"r, or rank_pattern, is {rank}; with init_lora_weights pissa and olora it must be at most {full}, the rank of a layer of {weight.shape[1]} inputs and {weight.shape[0]} outputs: choose less, or init_lora_weights true.");
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var (down, up) = options switch
        {
            { Init: LoraInit.Olora } => Orthonormal(weight, rank),
            { PowerIterations: { } iterations } => Singular(PowerIteration.Principal(weight, rank, iterations), rank, scaling, weight.dtype),
            _ => Singular(weight, rank, scaling),
        };
        return (down.MoveToOuterDisposeScope(), up.MoveToOuterDisposeScope());
    }

    /// <summary>The best approximation of rank r in two factors of equal size, U √S and √S Vᵀ, of a weight divided by s.</summary>
    public static (Tensor Down, Tensor Up) Singular(Tensor weight, int rank, double scaling)
    {
        // In float64: where two singular values are close, float32 errors move the vectors noticeably.
        return Singular(linalg.svd(weight.to_type(ScalarType.Float64), fullMatrices: false), rank, scaling, weight.dtype);
    }

    private static (Tensor Down, Tensor Up) Singular((Tensor U, Tensor S, Tensor Vt) parts, int rank, double scaling, ScalarType dtype)
    {
        var roots = parts.S.narrow(0, 0, rank).div(scaling).sqrt();                      // [rank]
        return (parts.Vt.narrow(0, 0, rank).mul(roots.unsqueeze(1)).to_type(dtype), parts.U.narrow(1, 0, rank).mul(roots).to_type(dtype));
    }

    private static (Tensor Down, Tensor Up) Orthonormal(Tensor weight, int rank)
    {
        var (q, r) = linalg.qr(weight);
        return (r.narrow(0, 0, rank).clone(), q.narrow(1, 0, rank).clone());
    }
}
