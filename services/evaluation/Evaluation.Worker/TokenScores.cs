using Platform.Data.Collation;
using Platform.FineTuning.Supervised;
using Platform.FineTuning.Tasks;
using Platform.Metrics;
using Platform.Modeling;
using Platform.Workers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Evaluation.Worker;

/// <summary>How well a model predicts the completions or assistant turns of a suite, token by token, given what stands before.</summary>
internal sealed class TokenScores
{
    private const int BatchSize = 8;

    private TokenScores()
    {
    }

    public Perplexity Perplexity { get; } = new();

    public TokenAccuracy Accuracy { get; } = new(SupervisedExample.IgnoredLabel);

    /// <exception cref="WorkerFailureException">The chat template refuses a row, or no row leaves room for what is scored.</exception>
    public static TokenScores Of(CausalTask subject, SuiteRows suite, Action<int> progress, CancellationToken cancellation)
    {
        var rows = Encoded(subject, suite);
        var scores = new TokenScores();
        foreach (var (index, batch) in rows.Chunk(BatchSize).Index())
        {
            cancellation.ThrowIfCancellationRequested();
            scores.Add(subject, batch);
            progress(Math.Min(suite.Rows.Count, (index + 1) * BatchSize));
        }

        return scores;
    }

    private static IReadOnlyList<SupervisedExample> Encoded(CausalTask subject, SuiteRows suite)
    {
        var encoder = SubjectModel.OrRefuse(() => subject.Encoder);
        try
        {
            var encoded = SubjectModel.OrRefuse(() => SupervisedRows.Of(suite.Rows, encoder)).Rows;
            return encoded.Count > 0 ? encoded : throw suite.Invalid($"no row whose prompt leaves room for a completion within max_length = {encoder.MaxLength} tokens.");
        }
        catch (BadRowsException bad)
        {
            throw suite.Invalid(bad.Message, bad);
        }
    }

    private void Add(CausalTask subject, IReadOnlyList<SupervisedExample> rows)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var batch = SupervisedBatch.Of(rows, subject.Model.Device);
        var hidden = subject.Model.HiddenStates(batch.Ids, batch.AttentionMask, batch.PositionIds);                     // [batch, positions, hidden]
        var logits = subject.Model.Head(VirtualTokens.OwnOutputs(hidden, batch.Ids).reshape(-1, hidden.shape[^1]).index_select(0, batch.Positions)); // [count, vocabulary]
        var loss = nn.functional.cross_entropy(logits.to(ScalarType.Float32), batch.Targets, reduction: nn.Reduction.Sum);
        Perplexity.Add(loss.item<float>(), batch.Count);
        Accuracy.Add(logits.argmax(-1).cpu().data<long>().ToArray(), batch.Targets.cpu().data<long>().ToArray());
    }
}
