using Platform.Data.Collation;
using Platform.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Supervised;

/// <summary>
/// Learn to continue: cross-entropy over the labelled tokens. The head, the largest matrix of a small model, runs only
/// where a label is.
/// </summary>
public sealed class SupervisedObjective(CausalLanguageModel model, IReadOnlyList<SupervisedExample> rows) : IObjective
{
    public int RowCount => rows.Count;

    public long Count(IReadOnlyList<int> numbers) => numbers.Sum(number => (long)rows[number].SupervisedTokens);

    public LossSum Learn(IReadOnlyList<int> numbers, double weight)
    {
        using var batch = Batch(numbers);
        using var context = model.PrepareForward(batch.Ids, batch.AttentionMask);
        var loss = Loss(batch, context);
        using var auxiliary = model.AuxiliaryLoss(context);
        if (auxiliary is null) return LossSum.Backward(loss, weight, batch.Count, batch.Tokens);

        // It belongs to the mean, so it counts once per token here and is divided with the rest.
        using var perToken = loss;
        return LossSum.Backward(perToken.add(auxiliary, batch.Count), weight, batch.Count, batch.Tokens);
    }

    public LossSum Measure(IReadOnlyList<int> numbers)
    {
        using var noGradients = no_grad();
        using var evaluation = new EvaluationMode(model);
        using var batch = Batch(numbers);
        using var context = model.PrepareForward(batch.Ids, batch.AttentionMask);
        return new(Loss(batch, context), batch.Count, batch.Tokens);
    }

    /// <summary>The mean loss over all rows, each token counting once; null without rows.</summary>
    public double? MeanLoss(int batchSize, CancellationToken stop = default)
    {
        if (rows.Count == 0) return null;
        var (nats, tokens) = TotalLoss(batchSize, stop);
        return nats / Math.Max(1, tokens);
    }

    /// <summary>The loss over all rows, summed over their labelled tokens.</summary>
    public (double Nats, long Tokens) TotalLoss(int batchSize, CancellationToken stop = default)
    {
        var (loss, count) = (0.0, 0L);
        foreach (var numbers in Enumerable.Range(0, rows.Count).OrderBy(row => rows[row].InputIds.Length).Chunk(batchSize))
        {
            stop.ThrowIfCancellationRequested();
            var part = Measure(numbers);
            using var sum = part.Sum;
            loss += sum.item<float>();
            count += part.Count;
        }

        return (loss, count);
    }

    private SupervisedBatch Batch(IEnumerable<int> numbers) => SupervisedBatch.Of([.. numbers.Select(number => rows[number])], model.Device);

    private Tensor Loss(SupervisedBatch batch, ForwardContext context)
    {
        using var hidden = model.HiddenStates(batch.Ids, context);             // [batch, positions, hidden]
        using var own = VirtualTokens.OwnOutputs(hidden, batch.Ids);
        using var flat = own.reshape(-1, hidden.shape[^1]);
        using var learned = flat.index_select(0, batch.Positions);             // [count, hidden]
        using var logits = model.Head(learned);                                // [count, vocabulary]
        using var wide = logits.to(ScalarType.Float32);
        return nn.functional.cross_entropy(wide, batch.Targets, reduction: nn.Reduction.Sum);
    }
}
