using static TorchSharp.torch;

namespace Platform.FineTuning;

/// <summary>What a run learns from: numbered rows, and a loss on any of them.</summary>
public interface IObjective
{
    int RowCount { get; }

    /// <summary>The loss on some rows as one micro-batch.</summary>
    LossSum Evaluate(IReadOnlyList<int> rows);
}

/// <summary>A loss that has been added up and not yet divided, so that micro-batches of any size can be put together.</summary>
/// <param name="Sum">scalar, with its graph; the caller disposes it</param>
/// <param name="Count">what to divide by: supervised tokens, or pairs</param>
/// <param name="Tokens">tokens that went through the model, without padding</param>
public readonly record struct LossSum(Tensor Sum, long Count, long Tokens);
