using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>Continues prompts token by token with a cache of keys and values.</summary>
public static class TokenGeneration
{
    /// <summary>Continues prompts of any lengths, and returns what is new of each row, without the end token and padding.</summary>
    /// <param name="onStep">called after each position</param>
    /// <exception cref="ArgumentException">The options are wrong or a prompt is empty; the message lists every problem.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> Generate(
        CausalLanguageModel model,
        IReadOnlyList<IReadOnlyList<int>> prompts,
        GenerationOptions options,
        Action<GenerationStep>? onStep = null,
        CancellationToken cancellation = default)
    {
        using var batch = PromptBatch.LeftPadded(prompts, PadOf(options), model.Device);
        List<int>[] rows = [.. prompts.Select(_ => new List<int>())];
        using var sequences = Generate(model, batch.Ids, batch.Mask, options, Collect, cancellation);
        return rows;

        void Collect(GenerationStep step)
        {
            for (var row = 0; row < rows.Length; row++)
            {
                if (step.Tokens[row] is { } token && !options.EosTokenIds.Contains(token)) rows[row].Add(token);
            }

            onStep?.Invoke(step);
        }
    }

    /// <param name="inputIds">int64 [batch, positions], padded on the left if at all</param>
    /// <param name="attentionMask">[batch, positions], 1 for real tokens; null: all are</param>
    /// <returns>int64 [batch, positions + new]: the prompts and what follows; rows that end early are padded</returns>
    public static Tensor Generate(
        CausalLanguageModel model,
        Tensor inputIds,
        Tensor? attentionMask,
        GenerationOptions options,
        Action<GenerationStep>? onStep = null,
        CancellationToken cancellation = default)
    {
        if (options.Problems() is { Count: > 0 } problems) throw new ArgumentException(string.Join("; ", problems) + ".");

        using var noGradients = no_grad();
        using var whole = NewDisposeScope();
        using var cache = new KeyValueCache(model.Blocks.Count);
        using var sampler = new TokenSampler(options, model.Device);
        var ended = new bool[inputIds.shape[0]];
        var mask = attentionMask?.ne(0).to(ScalarType.Int64);
        if (mask is not null && mask.all().item<bool>()) mask = null;

        List<Tensor> sequence = [inputIds];
        var (next, positions) = (inputIds, mask is null ? null : PromptPositions(mask));
        for (var index = 0; index < options.MaxNewTokens && !Array.TrueForAll(ended, row => row); index++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var logits = LastLogits(model, next, mask, positions, cache);
            using var chosen = sampler.Choose(logits);
            var tokens = Emit(chosen, ended, options);
            onStep?.Invoke(new GenerationStep(index, tokens, logits));

            long[] ids = [.. tokens.Select(token => token ?? PadOf(options))];
            next = tensor(ids, ids.Length, 1, device: model.Device).MoveToOuterDisposeScope();
            sequence.Add(next);
            if (mask is null) continue;

            // Rows differ in length: their positions go on from their own, not from the cache's.
            positions = positions!.narrow(1, positions.shape[1] - 1, 1).add(1).MoveToOuterDisposeScope();
            mask = cat([mask, ones([ids.Length, 1], ScalarType.Int64, model.Device)], 1).MoveToOuterDisposeScope();
        }

        return cat(sequence, 1).MoveToOuterDisposeScope();
    }

    private static Tensor LastLogits(CausalLanguageModel model, Tensor ids, Tensor? mask, Tensor? positions, KeyValueCache cache)
    {
        var hidden = model.HiddenStates(ids, mask, positions, cache);
        return model.Head(hidden.narrow(1, hidden.shape[1] - 1, 1)).squeeze(1); // only the last position chooses
    }

    /// <summary>The tokens of the rows that go on; a row ends with its end token.</summary>
    private static int?[] Emit(Tensor chosen, bool[] ended, GenerationOptions options)
    {
        var ids = chosen.cpu().data<long>().ToArray();
        var tokens = new int?[ids.Length];
        for (var row = 0; row < ids.Length; row++)
        {
            if (ended[row]) continue;
            tokens[row] = (int)ids[row];
            ended[row] = options.EosTokenIds.Contains(ids[row]);
        }

        return tokens;
    }

    /// <summary>Positions count real tokens only; padding stands at 0, where nobody looks.</summary>
    private static Tensor PromptPositions(Tensor mask) => mask.cumsum(1).sub(1).clamp_min(0);

    private static long PadOf(GenerationOptions options) => options.PadTokenId ?? (options.EosTokenIds.Count > 0 ? options.EosTokenIds[0] : 0);
}
