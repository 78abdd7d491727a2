using static TorchSharp.torch;

namespace Platform.Peft.Lora;

/// <summary>The largest singular values and vectors of a weight, nearly and fast.</summary>
/// <remarks>
/// Q = qr(W R), then N times Q = qr(Wᵀ Q), Q = qr(W Q); the singular values of Qᵀ W, of rank rows, are nearly W's largest.
/// Halko, Martinsson, Tropp: "Finding Structure with Randomness", 2009, algorithms 4.4 and 5.1; Meng et al.: "PiSSA", 2024, section 4.
/// Differs from PEFT, which draws R from the process's generator: R is drawn from a fixed seed, so that who loads the adapter finds the same factors.
/// </remarks>
internal static class PowerIteration
{
    private const ulong Seed = 0;

    /// <param name="weight">[out, in]</param>
    /// <returns>U [out, rank], S [rank], Vᵀ [rank, in], in float64</returns>
    public static (Tensor U, Tensor S, Tensor Vt) Principal(Tensor weight, int rank, int iterations)
    {
        var tall = weight.shape[0] >= weight.shape[1];
        var matrix = (tall ? weight : weight.t()).to_type(ScalarType.Float64);
        using var generator = new Generator(Seed);
        var basis = Basis(matrix.mm(randn([matrix.shape[1], rank], ScalarType.Float64, generator: generator).to(matrix.device)));
        for (var iteration = 0; iteration < iterations; iteration++) basis = Basis(matrix.mm(Basis(matrix.t().mm(basis))));
        var (u, s, vt) = linalg.svd(basis.t().mm(matrix), fullMatrices: false);
        u = basis.mm(u);
        return tall ? (u, s, vt) : (vt.t(), s, u.t());
    }

    private static Tensor Basis(Tensor columns) => linalg.qr(columns).Q;
}
