using static TorchSharp.torch;

namespace Platform.Peft.Rotations;

/// <summary>Products with a matrix that has square blocks on its diagonal and is zero elsewhere.</summary>
internal static class BlockRotation
{
    /// <summary>x diag(R₁, R₂, …).</summary>
    /// <param name="x">[..., width]</param>
    /// <param name="blocks">[width / size, size, size], or [1, size, size]: the same everywhere</param>
    public static Tensor Apply(Tensor x, Tensor blocks)
    {
        var size = blocks.shape[^1];
        using var parts = x.reshape(-1, x.shape[^1] / size, size); // [rows, blocks, size]
        using var byBlock = parts.transpose(0, 1);                 // [blocks, rows, size]
        using var rotated = byBlock.matmul(blocks);
        using var byRow = rotated.transpose(0, 1);
        return byRow.reshape(x.shape);
    }

    /// <summary>While training, leaves a share of the blocks unrotated.</summary>
    public static Tensor Drop(Tensor blocks, double probability)
    {
        using var scope = NewDisposeScope();
        var count = blocks.shape[0];
        var dropped = (long)(probability * count);
        var mask = zeros(count, 1, 1, dtype: blocks.dtype, device: blocks.device);
        mask.index_fill_(0, randperm(count, ScalarType.Int64, blocks.device).slice(0, 0, dropped, 1), 1);
        var identity = eye(blocks.shape[^1], dtype: blocks.dtype, device: blocks.device);
        return (blocks * (1 - mask) + identity * mask).MoveToOuterDisposeScope();
    }
}
