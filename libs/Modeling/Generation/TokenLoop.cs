using Platform.Modeling.Generation.Processors;
using Platform.Modeling.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>Decodes greedily or by sampling: each row by itself, all rows in one step.</summary>
internal sealed class TokenLoop(IStepDecoder decoder, GenerationOptions options, Tokenizer? tokenizer)
{
    private readonly IReadOnlyList<ILogitsProcessor> _processors = LogitsProcessors.Of(options);
    private readonly TokenSampler? _sampler = options.Sample ? new TokenSampler(options.Seed) : null;

    /// <param name="promptIds">int64 [prompts, positions], padded on the left</param>
    /// <param name="prompts">the same without padding</param>
    public IReadOnlyList<GeneratedRow> Run(Tensor promptIds, IReadOnlyList<IReadOnlyList<int>> prompts, Action<GenerationStep>? onStep, CancellationToken cancellation)
    {
        using var noGradients = no_grad();
        OpenRow[] rows =
        [
            .. from prompt in Enumerable.Range(0, prompts.Count)
               from copy in Enumerable.Range(0, options.ReturnSequences)
               select new OpenRow(prompt, new TokenRow(prompts[prompt], options.NewTokensAfter(prompts[prompt].Count)), options, tokenizer),
        ];

        var logits = PromptStart.Begin(decoder, promptIds, options.ReturnSequences, cancellation);
        for (var index = 0; ; index++)
        {
            long[] chosen;
            using (logits)
            {
                chosen = Choose(logits, rows, index);
                var step = Accept(logits, chosen, rows, index);
                onStep?.Invoke(step);
            }

            if (Array.TrueForAll(rows, row => row.Finish is not null)) return [.. rows.Select(row => row.Result())];

            cancellation.ThrowIfCancellationRequested();
            using var next = tensor(chosen, chosen.Length, 1, device: decoder.Device);
            logits = decoder.Step(next, cancellation);
        }
    }

    private long[] Choose(Tensor logits, OpenRow[] rows, int index)
    {
        if (_sampler is null && _processors.Count == 0) return Likeliest(logits);

        using var scores = logits.to(ScalarType.Float32, copy: true);
        TokenRow[] sequences = [.. rows.Select(row => row.Row)];
        foreach (var processor in _processors) processor.Apply(sequences, scores);
        return _sampler?.Choose(scores, index) ?? Likeliest(scores);
    }

    private static long[] Likeliest(Tensor scores)
    {
        using var chosen = scores.argmax(-1);
        using var host = chosen.cpu();
        return host.data<long>().ToArray();
    }

    /// <summary>Gives the rows their tokens; what is chosen for rows that have ended becomes padding.</summary>
    private GenerationStep Accept(Tensor logits, long[] chosen, OpenRow[] rows, int index)
    {
        var likely = options.LogProbabilities is { } top ? TokenLogProbability.Of(logits, chosen, top) : null;
        var (tokens, texts, finished) = (new int?[rows.Length], new string[rows.Length], new FinishReason?[rows.Length]);
        for (var row = 0; row < rows.Length; row++)
        {
            texts[row] = "";
            if (rows[row].Finish is not null)
            {
                chosen[row] = options.FillToken;
                continue;
            }

            tokens[row] = (int)chosen[row];
            texts[row] = rows[row].Add((int)chosen[row], likely?[row]);
            finished[row] = rows[row].Finish;
        }

        return new GenerationStep(index, tokens, logits) { Texts = tokenizer is null ? [] : texts, Finished = finished };
    }
}
