using Platform.Modeling.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>Continues prompts token by token.</summary>
public static class TokenGeneration
{
    /// <summary>Continues prompts of any lengths; see <see cref="Run(CausalLanguageModel, IReadOnlyList{IReadOnlyList{int}}, GenerationOptions, Tokenizer?, Action{GenerationStep}?, CancellationToken)"/>.</summary>
    /// <returns>what is new of each row, without the end token</returns>
    /// <exception cref="ArgumentException">The options are wrong or a prompt is empty; the message lists every problem.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> Generate(
        CausalLanguageModel model,
        IReadOnlyList<IReadOnlyList<int>> prompts,
        GenerationOptions options,
        Action<GenerationStep>? onStep = null,
        CancellationToken cancellation = default) =>
        [.. Run(model, prompts, options, null, onStep, cancellation).Select(row => row.Tokens)];

    /// <summary>Continues prompts of any lengths, each as if it were alone.</summary>
    /// <param name="tokenizer">turns the new tokens into text; stop strings need it</param>
    /// <param name="onStep">called after each position; not by beam search, whose rows change places</param>
    /// <returns>prompt after prompt, <see cref="GenerationOptions.ReturnSequences"/> rows each</returns>
    /// <exception cref="ArgumentException">The options are wrong or a prompt is empty; the message lists every problem.</exception>
    public static IReadOnlyList<GeneratedRow> Run(
        CausalLanguageModel model,
        IReadOnlyList<IReadOnlyList<int>> prompts,
        GenerationOptions options,
        Tokenizer? tokenizer = null,
        Action<GenerationStep>? onStep = null,
        CancellationToken cancellation = default)
    {
        using var batch = PromptBatch.LeftPadded(prompts, options.FillToken, model.Device);
        using var decoder = Decoder(model, batch.Mask);
        return Run(decoder, batch.Ids, prompts, options, tokenizer, onStep, cancellation);
    }

    /// <summary>Continues prompts with any kind of model.</summary>
    /// <param name="decoder">at its beginning; afterwards it has seen the prompts and what was generated</param>
    /// <param name="promptIds">int64 [prompts, positions], padded on the left</param>
    /// <param name="prompts">the same without padding</param>
    /// <inheritdoc cref="Run(CausalLanguageModel, IReadOnlyList{IReadOnlyList{int}}, GenerationOptions, Tokenizer?, Action{GenerationStep}?, CancellationToken)"/>
    public static IReadOnlyList<GeneratedRow> Run(
        IStepDecoder decoder,
        Tensor promptIds,
        IReadOnlyList<IReadOnlyList<int>> prompts,
        GenerationOptions options,
        Tokenizer? tokenizer = null,
        Action<GenerationStep>? onStep = null,
        CancellationToken cancellation = default)
    {
        options.ThrowIfWrong();
        if (options.StopStrings.Count > 0 && tokenizer is null) throw new ArgumentException("stop_strings are given without a tokenizer, which turns tokens into the text they are looked for in.");

        cancellation.ThrowIfCancellationRequested();
        return options.Beams > 1
            ? new BeamSearch(decoder, options, tokenizer).Run(promptIds, prompts, cancellation)
            : new TokenLoop(decoder, options, tokenizer).Run(promptIds, prompts, onStep, cancellation);
    }

    /// <param name="inputIds">int64 [batch, positions], padded on the left if at all</param>
    /// <param name="attentionMask">[batch, positions], 1 for real tokens; null: all are</param>
    /// <returns>int64 [rows, positions + new]: the prompts and what follows; rows that end early are padded</returns>
    public static Tensor Generate(
        CausalLanguageModel model,
        Tensor inputIds,
        Tensor? attentionMask,
        GenerationOptions options,
        Action<GenerationStep>? onStep = null,
        CancellationToken cancellation = default)
    {
        using var decoder = Decoder(model, attentionMask);
        var rows = Run(decoder, inputIds, PromptBatch.Unpadded(inputIds, attentionMask), options, null, onStep, cancellation);
        return Sequences(inputIds, rows, options);
    }

    /// <summary>Prompts and what follows them in one tensor.</summary>
    /// <param name="inputIds">int64 [prompts, positions]</param>
    /// <returns>int64 [rows, positions + new]; rows that end early are padded</returns>
    internal static Tensor Sequences(Tensor inputIds, IReadOnlyList<GeneratedRow> rows, GenerationOptions options)
    {
        var width = rows.Max(row => row.AllTokens.Count());
        var fresh = rows.SelectMany(row => row.AllTokens.Select(token => (long)token).Concat(Enumerable.Repeat(options.FillToken, width)).Take(width)).ToArray();
        using var after = tensor(fresh, rows.Count, width, device: inputIds.device);
        using var origins = tensor([.. rows.Select(row => (long)row.Prompt)], device: inputIds.device);
        using var before = inputIds.index_select(0, origins);
        return cat([before, after], 1);
    }

    private static IStepDecoder Decoder(CausalLanguageModel model, Tensor? attentionMask) => model.Config.CacheBorder is { } border
        ? new RestartingDecoder(model, border - (model.Virtual?.Count ?? 0), attentionMask)
        : new CausalDecoder(model, attentionMask);
}
