using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>Decodes with an encoder-decoder model: the source is encoded once, its keys and values are computed once.</summary>
public sealed class Seq2SeqDecoder : IStepDecoder
{
    private readonly Seq2SeqModel _model;
    private readonly EncoderDecoderCache _cache;
    private EncodedSource _source;

    /// <param name="model">outlives the decoder</param>
    /// <param name="source">read now, not kept</param>
    public Seq2SeqDecoder(Seq2SeqModel model, SourceInputs source)
    {
        using var noGradients = no_grad();
        _model = model;
        _source = Kept(model.Encode(source));
        _cache = new EncoderDecoderCache(model.Config.DecoderLayers);
    }

    public Device Device => _model.Device;

    /// <summary>The source the decoder reads, for whoever asks the model something else about it.</summary>
    internal EncodedSource Source => _source;

    public Tensor Step(Tensor ids, CancellationToken cancellation)
    {
        using var noGradients = no_grad();
        cancellation.ThrowIfCancellationRequested();
        using var hidden = _model.Decode(ids, _source, cache: _cache);
        using var last = hidden.select(1, hidden.shape[1] - 1); // only the last position chooses
        return _model.Head(last);
    }

    public void Reorder(Tensor origins)
    {
        using var noGradients = no_grad();
        if (!_cache.Reorder(origins)) return;

        var before = _source;
        _source = Kept(new EncodedSource(before.Hidden.index_select(0, origins), before.AttentionMask?.index_select(0, origins)));
        before.Dispose();
    }

    private static EncodedSource Kept(EncodedSource source)
    {
        source.Hidden.DetachFromDisposeScope();
        source.AttentionMask?.DetachFromDisposeScope();
        return source;
    }

    public void Dispose()
    {
        _cache.Dispose();
        _source.Dispose();
    }
}
