using Platform.Modeling.Tasks;
using Platform.Modeling.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>Writes what an encoder-decoder model makes of texts or sounds, by the loop of <see cref="TokenGeneration"/>.</summary>
public static class Seq2SeqGeneration
{
    /// <summary>Writes a text per source.</summary>
    /// <param name="prompts">what each text begins with, all of one length; null: the start token of the options, else of the model</param>
    /// <returns>what is new, source after source, <see cref="GenerationOptions.ReturnSequences"/> rows each</returns>
    /// <exception cref="ArgumentException">The options or the prompts are wrong; the message lists every problem.</exception>
    /// <inheritdoc cref="TokenGeneration.Run(IStepDecoder, Tensor, IReadOnlyList{IReadOnlyList{int}}, GenerationOptions, Tokenizer?, Action{GenerationStep}?, CancellationToken)"/>
    public static IReadOnlyList<GeneratedRow> Run(
        Seq2SeqModel model,
        SourceInputs source,
        GenerationOptions options,
        IReadOnlyList<IReadOnlyList<int>>? prompts = null,
        Tokenizer? tokenizer = null,
        Action<GenerationStep>? onStep = null,
        CancellationToken cancellation = default)
    {
        using var decoder = new Seq2SeqDecoder(model, source);
        return Run(decoder, prompts ?? Starts(model, source, options), options, tokenizer, onStep, cancellation);
    }

    /// <summary>The same with a source that is encoded already.</summary>
    internal static IReadOnlyList<GeneratedRow> Run(
        Seq2SeqDecoder decoder,
        IReadOnlyList<IReadOnlyList<int>> prompts,
        GenerationOptions options,
        Tokenizer? tokenizer = null,
        Action<GenerationStep>? onStep = null,
        CancellationToken cancellation = default)
    {
        using var ids = Ids(prompts, decoder.Device);
        return TokenGeneration.Run(decoder, ids, prompts, options, tokenizer, onStep, cancellation);
    }

    /// <inheritdoc cref="Run(Seq2SeqModel, SourceInputs, GenerationOptions, IReadOnlyList{IReadOnlyList{int}}?, Tokenizer?, Action{GenerationStep}?, CancellationToken)"/>
    /// <returns>int64 [rows, prompt + new]: the prompts and what follows; rows that end early are padded</returns>
    public static Tensor Generate(
        Seq2SeqModel model,
        SourceInputs source,
        GenerationOptions options,
        IReadOnlyList<IReadOnlyList<int>>? prompts = null,
        Action<GenerationStep>? onStep = null,
        CancellationToken cancellation = default)
    {
        prompts ??= Starts(model, source, options);
        var rows = Run(model, source, options, prompts, null, onStep, cancellation);
        using var ids = Ids(prompts, model.Device);
        return TokenGeneration.Sequences(ids, rows, options);
    }

    private static IReadOnlyList<IReadOnlyList<int>> Starts(Seq2SeqModel model, SourceInputs source, GenerationOptions options)
    {
        var start = options.DecoderStartTokenId ?? (int?)model.Config.DecoderStartTokenId
            ?? throw new ArgumentException("decoder_start_token_id is given neither by the generation options nor by config.json; the decoder needs a token to begin with.");
        return [.. Enumerable.Repeat<IReadOnlyList<int>>([start], (int)source.Values.shape[0])];
    }

    private static Tensor Ids(IReadOnlyList<IReadOnlyList<int>> prompts, Device device)
    {
        if (prompts.Count == 0 || prompts[0].Count == 0 || prompts.Any(prompt => prompt.Count != prompts[0].Count))
        {
            throw new ArgumentException($"A decoder's prompts need at least one token and one length; they have {string.Join(", ", prompts.Select(prompt => prompt.Count))}.");
        }

        return tensor([.. prompts.SelectMany(prompt => prompt.Select(token => (long)token))], prompts.Count, prompts[0].Count, device: device);
    }
}
