using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>
/// Decodes with a model that turns all positions by other angles once the text is longer than a border, as LongRoPE does: what was
/// cached no longer fits, so everything is computed once more there, as in transformers.
/// </summary>
internal sealed class RestartingDecoder : IStepDecoder
{
    private readonly CausalLanguageModel _model;
    private readonly long _border;
    private CausalDecoder _decoder;
    private Tensor? _ids;    // int64 [rows, all positions]
    private Tensor? _prompt; // int64 [rows, prompt positions]: the mask; null: all are real

    /// <param name="border">the longest text the first angles are for</param>
    /// <inheritdoc cref="CausalDecoder(CausalLanguageModel, Tensor?, Tensor?)"/>
    public RestartingDecoder(CausalLanguageModel model, long border, Tensor? attentionMask)
    {
        (_model, _border) = (model, border);
        _decoder = new CausalDecoder(model, attentionMask);
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        _prompt = attentionMask?.to(model.Device).ne(0).to(ScalarType.Int64).DetachFromDisposeScope();
    }

    public Device Device => _model.Device;

    public Tensor Step(Tensor ids, CancellationToken cancellation)
    {
        using var noGradients = no_grad();
        var before = _ids?.shape[1] ?? 0;
        Replace(ref _ids, _ids is null ? ids.alias() : cat([_ids, ids], 1));
        if (before == 0 || before > _border || _ids!.shape[1] <= _border) return _decoder.Step(ids, cancellation);

        _decoder.Dispose();
        using var mask = WholeMask(_ids);
        _decoder = new CausalDecoder(_model, mask);
        return _decoder.Step(_ids, cancellation);
    }

    public void Reorder(Tensor origins)
    {
        using var noGradients = no_grad();
        _decoder.Reorder(origins);
        if (_ids is not null) Replace(ref _ids, _ids.index_select(0, origins));
        if (_prompt is not null) Replace(ref _prompt, _prompt.index_select(0, origins));
    }

    private Tensor? WholeMask(Tensor ids)
    {
        if (_prompt is null) return null;

        using var written = ones([ids.shape[0], ids.shape[1] - _prompt.shape[1]], ScalarType.Int64, ids.device);
        return cat([_prompt, written], 1);
    }

    private static void Replace(ref Tensor? held, Tensor by)
    {
        held?.Dispose();
        held = by.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _ids?.Dispose();
        _prompt?.Dispose();
    }
}
