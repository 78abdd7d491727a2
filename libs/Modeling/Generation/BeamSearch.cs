using Platform.Modeling.Generation.Processors;
using Platform.Modeling.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>
/// Beam search: of all continuations of the beams by one token, those with the greatest sum of log-probabilities are followed
/// (Lowerre, 1976); the result is the one with the greatest sum / (new tokens)^length penalty, after Wu et al., 2016.
/// Differs from the papers: candidates, scores and the end of the search are those of transformers' GenerationMixin._beam_search:
/// the length counts the end token, and with one end token twice as many candidates as beams are looked at, so that as many can go on.
/// </summary>
internal sealed class BeamSearch(IStepDecoder decoder, GenerationOptions options, Tokenizer? tokenizer)
{
    private readonly IReadOnlyList<ILogitsProcessor> _processors = LogitsProcessors.Of(options);

    /// <param name="promptIds">int64 [prompts, positions], padded on the left</param>
    /// <param name="prompts">the same without padding</param>
    public IReadOnlyList<GeneratedRow> Run(Tensor promptIds, IReadOnlyList<IReadOnlyList<int>> prompts, CancellationToken cancellation)
    {
        using var noGradients = no_grad();
        BeamGroup[] groups = [.. prompts.Select(prompt => new BeamGroup(new TokenRow(prompt, options.NewTokensAfter(prompt.Count)), options))];
        var logits = PromptStart.Begin(decoder, promptIds, options.Beams, cancellation);
        while (true)
        {
            long[] origins;
            using (logits) origins = Advance(logits, groups);
            if (Array.TrueForAll(groups, group => group.IsDone)) return [.. groups.SelectMany(Results)];

            cancellation.ThrowIfCancellationRequested();
            Reorder(origins);
            using var next = tensor([.. groups.SelectMany(group => group.Running).Select(row => (long)row.Tokens[^1])], origins.Length, 1, device: decoder.Device);
            logits = decoder.Step(next, cancellation);
        }
    }

    /// <returns>the rows that the running beams of all groups continue</returns>
    private long[] Advance(Tensor logits, BeamGroup[] groups) // [groups · beams, vocabulary]
    {
        var vocabulary = logits.shape[1];
        var (scores, places) = Best(logits, groups);
        var perGroup = scores.Length / groups.Length;
        List<long> origins = [];
        for (var group = 0; group < groups.Length; group++)
        {
            List<BeamCandidate> candidates = [];
            for (var i = group * perGroup; i < (group + 1) * perGroup; i++)
            {
                var (beam, token) = ((int)(places[i] / vocabulary), (int)(places[i] % vocabulary));
                candidates.Add(new BeamCandidate(beam, token, scores[i], FinishOf(groups[group].Running[beam], token)));
            }

            origins.AddRange(groups[group].Advance(candidates).Select(beam => (long)(group * options.Beams + beam)));
        }

        return [.. origins];
    }

    /// <summary>The best continuations of each group, best first, and their places in [beams · vocabulary].</summary>
    private (float[] Scores, long[] Places) Best(Tensor logits, BeamGroup[] groups)
    {
        using var scope = NewDisposeScope();
        var scores = logits.to(ScalarType.Float32).log_softmax(-1);
        TokenRow[] rows = [.. groups.SelectMany(group => group.Running)];
        foreach (var processor in _processors) processor.Apply(rows, scores);

        var sums = tensor([.. groups.SelectMany(group => group.Scores)], rows.Length, 1, device: scores.device);
        var all = scores.add(sums).view(groups.Length, -1); // [groups, beams · vocabulary]
        var count = Math.Max(2, 1 + options.EosTokenIds.Count) * options.Beams;
        var (values, indices) = all.topk((int)Math.Min(count, all.shape[1]), -1);
        return (values.cpu().data<float>().ToArray(), indices.cpu().data<long>().ToArray());
    }

    private FinishReason? FinishOf(TokenRow row, int token)
    {
        if (options.EosTokenIds.Contains(token)) return FinishReason.EndToken;
        if (options.StopStrings.Count > 0 && TextOf([.. row.Chosen, token]).IsStopped) return FinishReason.StopString;
        return row.NewTokens + 1 >= row.MaxNewTokens ? FinishReason.Length : null;
    }

    private void Reorder(long[] origins)
    {
        if (origins.Index().All(pair => pair.Index == pair.Item)) return;
        using var rows = tensor(origins, device: decoder.Device);
        decoder.Reorder(rows);
    }

    private IEnumerable<GeneratedRow> Results(BeamGroup group, int prompt) => group.Finished.Take(options.ReturnSequences).Select(beam =>
    {
        var ended = beam.Finish == FinishReason.EndToken;
        var tokens = ended ? [.. beam.Row.Chosen.SkipLast(1)] : beam.Row.Chosen;
        return new GeneratedRow(prompt, tokens, beam.Finish)
        {
            EndToken = ended ? beam.Row.Tokens[^1] : null,
            Score = beam.Score,
            Text = tokenizer is null ? null : TextOf(tokens).Text,
        };
    });

    private RowText TextOf(IReadOnlyList<int> tokens)
    {
        var text = new RowText(tokenizer!, options.StopStrings);
        foreach (var token in tokens.TakeWhile(_ => !text.IsStopped)) text.Add(token);
        if (!text.IsStopped) text.End();
        return text;
    }
}
