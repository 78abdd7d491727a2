using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>Decodes with a causal language model and a cache of its keys and values.</summary>
public sealed class CausalDecoder : IStepDecoder
{
    private readonly CausalLanguageModel _model;
    private readonly KeyValueCache _cache;
    private Tensor? _mask;      // int64 [rows, kept + new positions]; null: no row is padded
    private Tensor? _positions; // int64 [rows, new positions], where there is a mask

    /// <param name="model">outlives the decoder</param>
    /// <param name="attentionMask">[rows, prompt positions], 1 for real tokens, padded on the left; null: all are real</param>
    /// <param name="positionIds">int64 [rows, prompt positions], with the mask; null: they count real tokens only</param>
    public CausalDecoder(CausalLanguageModel model, Tensor? attentionMask = null, Tensor? positionIds = null)
    {
        _model = model;
        _cache = new KeyValueCache(model.Blocks.Count, model.Config.CachedPositions);
        if (attentionMask is null) return;

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var real = attentionMask.to(model.Device).ne(0);
        if (real.all().item<bool>()) return;

        _mask = real.to(ScalarType.Int64).DetachFromDisposeScope();
        // Padding stands at 0, where nobody looks.
        _positions = positionIds?.to(model.Device).clone().DetachFromDisposeScope() ?? _mask.cumsum(1).sub_(1).clamp_min_(0).DetachFromDisposeScope();
    }

    public Device Device => _model.Device;

    public Tensor Step(Tensor ids, CancellationToken cancellation)
    {
        using var noGradients = no_grad();
        using var context = _model.PrepareForward(ids, _mask, _positions, _cache);
        var hidden = _model.EmbedWhole(ids, context);
        for (var i = 0; i < _model.Blocks.Count; i++)
        {
            using var input = hidden;
            cancellation.ThrowIfCancellationRequested();
            hidden = _model.RunBlock(i, input, context);
        }

        Advance();
        using var all = hidden;
        using var last = hidden.select(1, hidden.shape[1] - 1); // only the last position chooses
        using var normed = _model.FinalNorm(last);
        return _model.Head(normed);
    }

    public void Reorder(Tensor origins)
    {
        using var noGradients = no_grad();
        _cache.Reorder(origins);
        if (_mask is null) return;
        Replace(ref _mask, _mask.index_select(0, origins));
        Replace(ref _positions, _positions!.index_select(0, origins));
    }

    /// <summary>Rows differ in length: their positions go on from their own, not from the cache's.</summary>
    private void Advance()
    {
        if (_mask is null) return;
        using var lastPosition = _positions!.narrow(1, _positions.shape[1] - 1, 1);
        Replace(ref _positions, lastPosition.add(1));

        var seen = Math.Min(_cache.Kept, _mask.shape[1]); // virtual tokens are in the cache, not in the mask
        using var kept = _mask.narrow(1, _mask.shape[1] - seen, seen);
        using var one = ones([_mask.shape[0], 1], ScalarType.Int64, _mask.device);
        Replace(ref _mask, cat([kept, one], 1));
    }

    private static void Replace(ref Tensor? held, Tensor by)
    {
        held?.Dispose();
        held = by.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        _cache.Dispose();
        _mask?.Dispose();
        _positions?.Dispose();
    }
}
