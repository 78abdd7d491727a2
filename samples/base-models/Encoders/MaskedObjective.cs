using Platform.FineTuning;
using Platform.FineTuning.Texts;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.BaseModels.Encoders;

/// <summary>Learn to restore: cross-entropy over the hidden tokens.</summary>
public sealed class MaskedObjective(MaskedLanguageModel model, IReadOnlyList<MaskedText> rows) : IObjective
{
    public int RowCount => rows.Count;

    public long Count(IReadOnlyList<int> numbers) => numbers.Sum(number => (long)rows[number].Tokens.Count);

    public LossSum Learn(IReadOnlyList<int> numbers, double weight)
    {
        using var batch = Batch(numbers);
        return LossSum.Backward(Loss(batch, numbers), weight, Count(numbers), batch.Tokens);
    }

    public LossSum Measure(IReadOnlyList<int> numbers)
    {
        using var noGradients = no_grad();
        using var batch = Batch(numbers);
        return new(Loss(batch, numbers), Count(numbers), batch.Tokens);
    }

    /// <summary>The share of the hidden tokens whose likeliest guess is right.</summary>
    public double Accuracy(int batchSize)
    {
        using var noGradients = no_grad();
        var right = 0L;
        foreach (var numbers in Enumerable.Range(0, rows.Count).Chunk(batchSize))
        {
            using var batch = Batch(numbers);
            using var logits = Logits(batch, numbers);
            using var targets = Targets(numbers);
            using var guesses = logits.argmax(-1);
            using var equal = guesses.eq(targets);
            using var sum = equal.sum();
            right += sum.item<long>();
        }

        return (double)right / rows.Sum(row => row.Tokens.Count);
    }

    private TextBatch Batch(IReadOnlyList<int> numbers) => TextBatch.Of([.. numbers.Select(number => rows[number].Masked)], padTokenId: 0, model.Device);

    private Tensor Targets(IReadOnlyList<int> numbers) => tensor(numbers.SelectMany(number => rows[number].Tokens).Select(token => (long)token).ToArray(), device: model.Device);

    private Tensor Loss(TextBatch batch, IReadOnlyList<int> numbers)
    {
        using var logits = Logits(batch, numbers);
        using var targets = Targets(numbers);
        return nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.Sum);
    }

    private Tensor Logits(TextBatch batch, IReadOnlyList<int> numbers) // [hidden tokens, vocabulary]
    {
        var width = (int)batch.Inputs.InputIds.shape[1];
        var places = numbers.SelectMany((number, row) => rows[number].Places.Select(place => (long)(row * width + place))).ToArray();
        using var index = tensor(places, device: model.Device);
        using var logits = model.Logits(batch.Inputs);
        using var flat = logits.flatten(0, 1);
        return flat.index_select(0, index);
    }
}
