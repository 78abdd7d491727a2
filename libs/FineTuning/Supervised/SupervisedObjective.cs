using System.Diagnostics;
using Platform.Data.Collation;
using Platform.FineTuning.Memory;
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
    /// <inheritdoc cref="BlockwisePass.BlockLearned"/>
    public Action<int>? BlockLearned { get; set; }

    public int RowCount => rows.Count;

    public long Count(IReadOnlyList<int> numbers) => numbers.Sum(number => (long)rows[number].SupervisedTokens);

    /// <summary>What the backward pass computes again instead of keeping it.</summary>
    public Checkpointing Checkpointing { get; init; }

    /// <summary>Label smoothing of the loss that is learned, as transformers' LabelSmoother; the measured one has none.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>What is added to embeddings while learning; null: nothing.</summary>
    public EmbeddingNoise? Noise { get; init; }

    public LossSum Learn(IReadOnlyList<int> numbers, double weight)
    {
        var start = Stopwatch.GetTimestamp();
        using var batch = Batch(numbers);
        var dataWait = Stopwatch.GetElapsedTime(start);
        using var noise = Noise?.On(model);
        using var context = model.PrepareForward(batch.Ids, batch.AttentionMask, batch.PositionIds);
        using var pass = new BlockwisePass(model, context, Checkpointing) { BlockLearned = BlockLearned };
        using var hidden = pass.Forward(batch.Ids);                            // [batch, positions, hidden]
        using var learned = Learned(hidden, batch);                            // [count, hidden]
        using var gradient = empty_like(learned, requires_grad: false);
        var loss = new ChunkedCrossEntropy(model, LabelSmoothing).Learn(learned, batch.Targets, weight, gradient);
        if (learned.requires_grad) autograd.backward([learned], [gradient]);

        // It belongs to the mean, so it counts once per token here and is divided with the rest.
        using var auxiliary = model.AuxiliaryLoss(context);
        if (auxiliary is not null)
        {
            using var counted = auxiliary.mul(batch.Count);
            using var weighted = counted.mul(weight);
            if (weighted.requires_grad) weighted.backward();
            using var plain = counted.detach();
            loss.add_(plain);
        }

        pass.Backward();
        return new(loss, batch.Count, batch.Tokens) { DataWait = dataWait };
    }

    public LossSum Measure(IReadOnlyList<int> numbers)
    {
        using var noGradients = no_grad();
        using var evaluation = new EvaluationMode(model);
        using var batch = Batch(numbers);
        using var context = model.PrepareForward(batch.Ids, batch.AttentionMask, batch.PositionIds);
        using var hidden = model.HiddenStates(batch.Ids, context);
        using var learned = Learned(hidden, batch);
        return new(new ChunkedCrossEntropy(model).Measure(learned, batch.Targets), batch.Count, batch.Tokens);
    }

    private SupervisedBatch Batch(IEnumerable<int> numbers) => SupervisedBatch.Of([.. numbers.Select(number => rows[number])], model.Device);

    /// <summary>What the head gets: the hidden states at the positions whose next token is learned.</summary>
    private static Tensor Learned(Tensor hidden, SupervisedBatch batch)
    {
        using var own = VirtualTokens.OwnOutputs(hidden, batch.Ids);
        using var flat = own.reshape(-1, hidden.shape[^1]);
        return flat.index_select(0, batch.Positions);
    }
}
