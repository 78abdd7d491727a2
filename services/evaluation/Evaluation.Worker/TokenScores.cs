using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.Workers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Evaluation.Worker;

/// <summary>How well a model predicts the completions of a suite, token by token, given what stands before.</summary>
/// <param name="Loss">Summed cross-entropy over <paramref name="Tokens"/>.</param>
/// <param name="Correct">Tokens whose likeliest prediction is right.</param>
/// <param name="Tokens">Completion tokens and ends of text.</param>
internal sealed record TokenScores(double Loss, long Correct, long Tokens)
{
    private const int BatchSize = 8;

    public double Perplexity => Math.Exp(Loss / Tokens);

    public double Accuracy => (double)Correct / Tokens;

    /// <exception cref="WorkerFailureException">No row leaves room for a completion.</exception>
    public static TokenScores Of(SubjectModel subject, IReadOnlyList<IRow> rows, int maxLength, Action<int> progress, CancellationToken cancellation)
    {
        var encoder = SubjectModel.OrRefuse(() => new SupervisedEncoder(subject.Tokenizer, maxLength));
        var encoded = rows.Select(row => SubjectModel.OrRefuse(() => encoder.Encode(row))).OfType<SupervisedRow>().ToList();
        if (encoded.Count == 0) throw new WorkerFailureException(FailureReasons.DatasetInvalid, $"No row's prompt leaves room for a completion within max_length = {maxLength} tokens.");
        var total = new TokenScores(0, 0, 0);
        foreach (var (index, batch) in encoded.Chunk(BatchSize).Index())
        {
            cancellation.ThrowIfCancellationRequested();
            total = total.Plus(Of(subject, batch));
            progress(Math.Min(rows.Count, (index + 1) * BatchSize));
        }

        return total;
    }

    private static TokenScores Of(SubjectModel subject, IReadOnlyList<SupervisedRow> rows)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var batch = SupervisedBatch.Of(rows, subject.Model.Device);
        var hidden = subject.Model.HiddenStates(batch.Ids, batch.AttentionMask);                     // [batch, positions, hidden]
        var logits = subject.Model.Head(hidden.view(-1, hidden.shape[^1]).index_select(0, batch.Positions)); // [count, vocabulary]
        var loss = nn.functional.cross_entropy(logits.to(ScalarType.Float32), batch.Targets, reduction: nn.Reduction.Sum);
        var correct = logits.argmax(-1).eq(batch.Targets).sum();
        return new TokenScores(loss.item<float>(), correct.item<long>(), batch.Count);
    }

    private TokenScores Plus(TokenScores other) => new(Loss + other.Loss, Correct + other.Correct, Tokens + other.Tokens);
}
