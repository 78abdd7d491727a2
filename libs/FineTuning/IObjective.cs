using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning;

/// <summary>What a run learns from: numbered rows, and a loss on any of them.</summary>
public interface IObjective
{
    int RowCount { get; }

    /// <summary>What the loss summed over some rows is divided by, known before it is computed: supervised tokens, texts, or pairs.</summary>
    long Count(IReadOnlyList<int> rows);

    /// <summary>
    /// Runs some rows through the model as one micro-batch and adds to the gradients of its parameters those of their summed loss,
    /// multiplied by <paramref name="weight"/>.
    /// </summary>
    LossSum Learn(IReadOnlyList<int> rows, double weight);

    /// <summary>The same rows' loss without gradients, and without what only training adds to it: the model is in evaluation mode meanwhile.</summary>
    LossSum Measure(IReadOnlyList<int> rows);
}

/// <summary>A loss that has been added up and not yet divided, so that micro-batches of any size can be put together.</summary>
/// <param name="Sum">float32 scalar without a graph, not multiplied by any weight; the caller disposes it</param>
/// <param name="Count">what to divide by: supervised tokens, texts, or pairs</param>
/// <param name="Tokens">tokens that went through the model, without padding</param>
public readonly record struct LossSum(Tensor Sum, long Count, long Tokens)
{
    /// <summary>The time spent on getting the rows ready.</summary>
    public TimeSpan DataWait { get; init; }

    /// <summary>Runs the backward pass of a summed loss that has its graph.</summary>
    /// <param name="sum">scalar; disposed</param>
    public static LossSum Backward(Tensor sum, double weight, long count, long tokens)
    {
        using var loss = sum;
        using var weighted = loss.mul(weight);
        weighted.backward();
        using var plain = loss.detach();
        return new(plain.to(ScalarType.Float32, copy: true), count, tokens);
    }
}
