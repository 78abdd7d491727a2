using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>What the decoder of an encoder-decoder model reads.</summary>
public static class DecoderInputs
{
    /// <summary>The label of positions that do not count.</summary>
    public const long IgnoredLabel = -100;

    /// <summary>To predict labels: the start token, then the labels but the last; those that do not count become padding.</summary>
    /// <param name="labels">int64 [batch, positions]</param>
    /// <exception cref="InvalidOperationException">The config lacks the start token, or the padding that labels need.</exception>
    public static Tensor ShiftRight(Tensor labels, Seq2SeqConfig config)
    {
        using var scope = NewDisposeScope();
        var start = config.DecoderStartTokenId ?? throw new InvalidOperationException("config.json: decoder_start_token_id is missing; the decoder needs a token to begin with.");
        var first = full([labels.shape[0], 1], start, labels.dtype, labels.device);
        var ids = cat([first, labels.narrow(1, 0, labels.shape[1] - 1)], 1);
        var ignored = ids.eq(IgnoredLabel);
        if (config.PadTokenId is { } pad) return ids.masked_fill(ignored, pad).MoveToOuterDisposeScope();

        return ignored.any().item<bool>()
            ? throw new InvalidOperationException($"config.json: pad_token_id is missing; labels of {IgnoredLabel} become padding in what the decoder reads.")
            : ids.MoveToOuterDisposeScope();
    }
}
