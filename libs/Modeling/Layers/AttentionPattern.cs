using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>
/// Who sees whom in one forward pass: causality, padding, packed documents, sliding windows. Masks are built at most once per
/// window and not at all where a causal kernel does.
/// </summary>
public sealed class AttentionPattern : IDisposable
{
    private readonly long _queries;
    private readonly long _past;
    private readonly Tensor? _realKeys;   // bool [batch, keys]; null: all are
    private readonly Tensor? _documents;  // int64 [batch, keys]; null: one per row
    private readonly ScalarType _dtype;
    private readonly Device _device;
    private readonly Dictionary<long, AttentionMask> _masks = [];

    /// <param name="attentionMask">[batch, past + queries], 1 for real tokens; null: all are</param>
    /// <param name="positionIds">[batch, queries]; without mask and past, positions that restart begin a new document</param>
    public AttentionPattern(long queries, long past, Tensor? attentionMask, Tensor? positionIds, ScalarType dtype, Device device)
    {
        (_queries, _past, _dtype, _device) = (queries, past, dtype, device);
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        if (attentionMask is not null)
        {
            if (attentionMask.shape[^1] != past + queries)
            {
                throw new ArgumentException($"The attention mask has {attentionMask.shape[^1]} positions; {past} cached and {queries} new ones need {past + queries}.");
            }

            var real = attentionMask.to(device).ne(0);
            if (!IsOnlyPaddedRight(real, past)) _realKeys = real.DetachFromDisposeScope();
        }
        else if (positionIds is not null && past == 0 && queries > 1)
        {
            var restarts = positionIds.diff(1, -1).ne(1);
            if (restarts.any().item<bool>()) _documents = nn.functional.pad(restarts.to(ScalarType.Int64), [1, 0]).cumsum(-1).DetachFromDisposeScope();
        }
    }

    /// <param name="window">how many positions a query sees, itself included; null: all before it</param>
    public AttentionMask Mask(long? window)
    {
        var keys = _past + _queries;
        var sliding = window < keys;
        if (!sliding && _realKeys is null && _documents is null && (_past == 0 || _queries == 1)) return new AttentionMask(null, _queries > 1);

        var width = sliding ? window!.Value : keys;
        if (!_masks.TryGetValue(width, out var mask)) _masks[width] = mask = Build(width, keys);
        return mask;
    }

    private AttentionMask Build(long width, long keys)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var query = arange(_past, keys, ScalarType.Int64, _device).unsqueeze(-1); // [queries, 1]
        var key = arange(0, keys, ScalarType.Int64, _device);                    // [keys]
        var distance = query - key;
        var sees = distance.ge(0).logical_and(distance.lt(width)).unsqueeze(0);   // [1, queries, keys]
        if (_realKeys is not null) sees = sees.logical_and(_realKeys.unsqueeze(1));
        if (_documents is not null) sees = sees.logical_and(_documents.unsqueeze(1).eq(_documents.unsqueeze(2)));

        // Padding sees itself: a row without any key would become NaN. Its output is used by nobody.
        sees = sees.logical_or(distance.eq(0));
        var addend = zeros(sees.shape, _dtype, _device).masked_fill_(sees.logical_not(), double.NegativeInfinity).unsqueeze(1);
        return new AttentionMask(addend.DetachFromDisposeScope(), Causal: false);
    }

    /// <summary>Then causality hides the padding from every real token already.</summary>
    private static bool IsOnlyPaddedRight(Tensor real, long past) =>
        past == 0
            ? real.shape[1] < 2 || !real.to(ScalarType.Int8).diff(1, -1).gt(0).any().item<bool>()
            : real.all().item<bool>();

    public void Dispose()
    {
        _realKeys?.Dispose();
        _documents?.Dispose();
        foreach (var mask in _masks.Values) mask.Dispose();
    }
}
