namespace Platform.Estimation.Shapes;

/// <summary>A weight, or several of the same shape.</summary>
/// <param name="Name">the last parts of the name in the checkpoint, e.g. <c>q_proj.weight</c></param>
/// <param name="Size">as stored; a matrix has [outputs, inputs]</param>
/// <param name="Count">how many there are</param>
/// <param name="IsBlockMatrix">whether it is the matrix of a linear layer inside the blocks: what adapters target and quantizers make smaller</param>
public sealed record WeightShape(WeightGroup Group, string Name, IReadOnlyList<long> Size, long Count, bool IsBlockMatrix = false)
{
    /// <summary>Values in one of them.</summary>
    public long Elements => Size.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>Values in all of them.</summary>
    public long Total => checked(Elements * Count);
}
