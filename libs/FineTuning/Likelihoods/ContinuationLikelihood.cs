using Platform.Metrics.Likelihoods;
using Platform.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Likelihoods;

/// <summary>How likely a continuation is after its context.</summary>
/// <param name="LogLikelihood">ln p summed over its tokens.</param>
/// <param name="IsGreedy">Whether every token of it is the likeliest.</param>
public readonly record struct ContinuationLikelihood(double LogLikelihood, bool IsGreedy)
{
    /// <summary>Scores requests in batches of like lengths; contexts lose their start where context and continuation exceed the model.</summary>
    /// <param name="maxLength">The longest input of the model.</param>
    /// <returns>in the order of the requests</returns>
    /// <exception cref="ArgumentException">A request has no context or no continuation, or one that exceeds the model.</exception>
    public static IReadOnlyList<ContinuationLikelihood> Of(
        CausalLanguageModel model, IReadOnlyList<TokenRequest> requests, int maxLength, int batchSize = 16, CancellationToken cancellation = default)
    {
        Check(requests, maxLength);
        var scores = new ContinuationLikelihood[requests.Count];
        foreach (var batch in requests.Index().OrderByDescending(item => item.Item.Context.Count + item.Item.Continuation.Count).Chunk(batchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            Score(model, batch, maxLength, scores);
        }

        return scores;
    }

    private static void Check(IReadOnlyList<TokenRequest> requests, int maxLength)
    {
        List<string> problems = [];
        foreach (var (index, request) in requests.Index())
        {
            if (request.Context.Count == 0) problems.Add($"requests[{index}] has no context; its first token cannot be predicted, put BOS or EOS before it.");
            if (request.Continuation.Count is var count && (count == 0 || count > maxLength)) problems.Add($"requests[{index}] continues with {count} tokens; expected 1..{maxLength}.");
        }

        if (problems.Count > 0) throw new ArgumentException(string.Join(' ', problems), nameof(requests));
    }

    private static void Score(CausalLanguageModel model, (int Index, TokenRequest Item)[] batch, int maxLength, ContinuationLikelihood[] scores)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var rows = batch.Select(item => Tail([.. item.Item.Context, .. item.Item.Continuation], maxLength + 1)).ToList();
        var width = rows.Max(row => row.Length - 1);
        var (ids, mask) = (new long[rows.Count, width], new long[rows.Count, width]);
        for (var row = 0; row < rows.Count; row++)
            for (var i = 0; i < rows[row].Length - 1; i++) (ids[row, i], mask[row, i]) = (rows[row][i], 1);

        var logits = model.Logits(tensor(ids, device: model.Device), tensor(mask, device: model.Device)); // [batch, width, vocabulary]
        for (var row = 0; row < rows.Count; row++)
        {
            var count = batch[row].Item.Continuation.Count;
            var own = logits[row].narrow(0, rows[row].Length - 1 - count, count).to_type(ScalarType.Float32).log_softmax(-1); // [count, vocabulary]
            var targets = tensor(batch[row].Item.Continuation.Select(id => (long)id).ToArray(), device: model.Device);
            var nats = own.gather(1, targets.unsqueeze(1)).to_type(ScalarType.Float64).sum().item<double>();
            scores[batch[row].Index] = new ContinuationLikelihood(nats, own.argmax(-1).eq(targets).all().item<bool>());
        }
    }

    private static int[] Tail(int[] tokens, int length) => tokens.Length <= length ? tokens : tokens[^length..];
}
