using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>The place where a half of a block is added to the block's stream: norm(output + residual), or without a norm. An adapter may take it over.</summary>
public sealed class ResidualJoin
{
    /// <param name="output">what the half computed</param>
    /// <param name="residual">the stream before the half</param>
    /// <param name="norm">the norm after the sum; null: there is none</param>
    /// <returns>the stream after the half; the caller's</returns>
    public delegate Tensor Joining(Tensor output, Tensor residual, Func<Tensor, Tensor>? norm);

    /// <summary>What is done instead of the sum; null: the sum.</summary>
    public Joining? Replacement { get; set; }

    public Tensor Of(Tensor output, Tensor residual, Func<Tensor, Tensor>? norm = null)
    {
        if (Replacement is { } replacement) return replacement(output, residual, norm);
        if (norm is null) return output.add(residual);
        using var sum = output.add(residual);
        return norm(sum);
    }
}

/// <summary>A block whose two halves end in joins.</summary>
public interface IResidualBlock
{
    ResidualJoin AttentionJoin { get; }

    ResidualJoin MlpJoin { get; }

    /// <summary>The modules that join, by their paths below the block; null: the block itself.</summary>
    (string Attention, string Mlp)? JoinPaths => null;
}
