using Platform.Peft.Rotations;
using static TorchSharp.torch;

namespace Platform.Peft.Boft;

/// <summary>The factors P diag(R₁, R₂, …) Pᵀ of a butterfly rotation, as permutations and blocks.</summary>
/// <remarks>
/// Factor i (from 0) takes the inputs in groups of size · 2ⁱ and each group in halves of blocks, 2ⁱ⁺¹ of them: those at even places
/// come first, those at odd places after them.
/// </remarks>
internal sealed class Butterfly : IDisposable
{
    private readonly List<(Tensor There, Tensor Back)> _permutations;

    public Butterfly(long width, long blockSize, int factors, Device device) =>
        _permutations = [.. Enumerable.Range(0, factors).Select(factor => Permutation(width, factors == 1 ? 0 : blockSize / 2, 2L << factor, device))];

    /// <summary>x B_m … B₁.</summary>
    /// <param name="x">[..., width]</param>
    /// <param name="blocks">[factors, width / size, size, size]</param>
    public Tensor Apply(Tensor x, Tensor blocks)
    {
        var result = x.alias();
        for (var factor = _permutations.Count - 1; factor >= 0; factor--)
        {
            using var rotations = blocks[factor];
            result = Through(factor, result, rotations);
        }

        return result;
    }

    /// <summary>x (B_m … B₁)ᵀ.</summary>
    public Tensor ApplyTransposed(Tensor x, Tensor blocks)
    {
        var result = x.alias();
        for (var factor = 0; factor < _permutations.Count; factor++)
        {
            using var rotations = blocks[factor];
            using var turned = rotations.transpose(-1, -2);
            result = Through(factor, result, turned);
        }

        return result;
    }

    public void Dispose()
    {
        foreach (var (there, back) in _permutations)
        {
            there.Dispose();
            back.Dispose();
        }

        _permutations.Clear();
    }

    private Tensor Through(int factor, Tensor x, Tensor rotations) // disposes x
    {
        using (x)
        {
            using var permuted = x.index_select(-1, _permutations[factor].Back); // x P
            using var rotated = BlockRotation.Apply(permuted, rotations);
            return rotated.index_select(-1, _permutations[factor].There);        // ... Pᵀ
        }
    }

    /// <param name="half">0: the identity</param>
    private static (Tensor There, Tensor Back) Permutation(long width, long half, long halves, Device device)
    {
        var there = Enumerable.Range(0, (int)width).Select(place => half == 0 ? place : From(place, half, halves)).ToArray();
        var back = new long[width];
        foreach (var (place, from) in there.Index()) back[from] = place;
        return (tensor(there, device: device).DetachFromDisposeScope(), tensor(back, device: device).DetachFromDisposeScope());
    }

    private static long From(long place, long half, long halves)
    {
        var (group, inside) = Math.DivRem(place, half * halves);
        var (number, rest) = Math.DivRem(inside, half);
        var source = number < halves / 2 ? 2 * number : (2 * (number - (halves / 2))) + 1;
        return (((group * halves) + source) * half) + rest;
    }
}
