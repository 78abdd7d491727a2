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
    private readonly long[]? _lengths;    // of the documents, row after row
    private readonly Tensor? _keyBias;    // [batch or 1, heads, 1, keys]
    private readonly ScalarType _dtype;
    private readonly Device _device;
    private readonly Dictionary<long, AttentionMask> _masks = [];

    /// <param name="attentionMask">[batch, past + queries], 1 for real tokens; null: all are</param>
    /// <param name="positionIds">[batch, queries]; without mask and past, positions that restart begin a new document</param>
    /// <param name="keyBias">[batch or 1, heads, 1, past + queries], added to the scores; disposed with the pattern</param>
    /// <param name="hidesAllPadding">whether padding on the right is hidden from padding too, which no real token can tell</param>
    public AttentionPattern(
        long queries, long past, Tensor? attentionMask, Tensor? positionIds, ScalarType dtype, Device device, Tensor? keyBias = null, bool hidesAllPadding = false)
    {
        (_queries, _past, _dtype, _device, _keyBias) = (queries, past, dtype, device, keyBias?.DetachFromDisposeScope());
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        if (attentionMask is not null)
        {
            if (attentionMask.shape[^1] != past + queries)
            {
                throw new ArgumentException($"The attention mask has {attentionMask.shape[^1]} positions; {past} cached and {queries} new ones need {past + queries}.");
            }

            var real = attentionMask.to(device).ne(0);
            if (hidesAllPadding || !IsOnlyPaddedRight(real, past)) _realKeys = real.DetachFromDisposeScope();
        }
        else if (positionIds is not null && past == 0 && queries > 1)
        {
            var restarts = positionIds.diff(1, -1).ne(1);
            if (restarts.any().item<bool>())
            {
                _documents = nn.functional.pad(restarts.to(ScalarType.Int64), [1, 0]).cumsum(-1).DetachFromDisposeScope();
                _lengths = Lengths(restarts);
            }
        }
    }

    /// <summary>Whether padding on the left attends to everything instead of to nothing; nobody reads what it computes.</summary>
    public bool PaddingSeesAll { get; init; }

    /// <param name="window">how many positions a query sees, itself included; null: all before it</param>
    /// <param name="explicitly">an addend also where causality is all that matters</param>
    public AttentionMask Mask(long? window, bool explicitly = false)
    {
        var keys = _past + _queries;
        var sliding = window < keys;
        if (!explicitly && _keyBias is null && !sliding && _realKeys is null && _documents is null && (_past == 0 || _queries == 1)) return new AttentionMask(null, _queries > 1);

        var width = sliding ? window!.Value : keys;
        if (!_masks.TryGetValue(width, out var mask)) _masks[width] = mask = Build(width, keys);
        return mask;
    }

    /// <summary>
    /// The lengths of packed documents if attention is best computed one by one, as on the CPU; null if <see cref="Mask"/> says all.
    /// </summary>
    public long[]? DocumentLengths(long? window) =>
        _lengths is not null && _keyBias is null && _device.type == DeviceType.CPU && !(window < _lengths.Max()) ? _lengths : null;

    private static long[] Lengths(Tensor restarts) // bool [batch, queries - 1]
    {
        List<long> lengths = [];
        var (flags, perRow) = (restarts.cpu().data<bool>().ToArray(), (int)restarts.shape[1]);
        for (var row = 0; row < restarts.shape[0]; row++)
        {
            lengths.Add(1);
            foreach (var restart in flags.AsSpan(row * perRow, perRow))
            {
                if (restart) lengths.Add(1);
                else lengths[^1]++;
            }
        }

        return [.. lengths];
    }

    private AttentionMask Build(long width, long keys)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        if (_queries == 1 && width == keys && _past > 0) return OneQuery(keys);

        var query = arange(_past, keys, ScalarType.Int64, _device).unsqueeze(-1); // [queries, 1]
        var key = arange(0, keys, ScalarType.Int64, _device);                    // [keys]
        var distance = query - key;
        var sees = distance.ge(0).logical_and(distance.lt(width)).unsqueeze(0);   // [1, queries, keys]
        if (_realKeys is not null) sees = sees.logical_and(_realKeys.unsqueeze(1));
        if (_documents is not null) sees = sees.logical_and(_documents.unsqueeze(1).eq(_documents.unsqueeze(2)));
        if (PaddingSeesAll && _past == 0 && _realKeys is not null) sees = sees.logical_or(_realKeys.logical_not().unsqueeze(-1));

        // Hidden keys get the lowest finite number, as in transformers. Beside a key that is seen it weighs nothing, and a query that
        // sees none, padding on the left, attends to all alike; with -∞ it would become NaN.
        var blind = _realKeys is not null && !sees.any(-1).all().item<bool>();
        return new AttentionMask(Addend(sees.logical_not().unsqueeze(1)).DetachFromDisposeScope(), Causal: false, blind);
    }

    /// <summary>The last position sees all real ones; a step of generation needs no more. With a cache there are no gradients.</summary>
    private AttentionMask OneQuery(long keys)
    {
        var hidden = _realKeys?.logical_not().view(-1, 1, 1, keys) ?? zeros([1, 1, 1, keys], ScalarType.Bool, _device);
        return new AttentionMask(Addend(hidden).DetachFromDisposeScope(), Causal: false);
    }

    private Tensor Addend(Tensor hidden) => // bool [batch or 1, 1, queries, keys]
        _keyBias?.masked_fill(hidden, Lowest(_dtype)) ?? zeros(hidden.shape, _dtype, _device).masked_fill_(hidden, Lowest(_dtype));

    internal static double Lowest(ScalarType dtype) => dtype switch
    {
        ScalarType.Float16 => (double)Half.MinValue,
        ScalarType.BFloat16 => -255.0 / 128 * Math.Pow(2, 127), // seven bits of fraction, the exponents of float
        ScalarType.Float32 => float.MinValue,
        ScalarType.Float64 => double.MinValue,
        _ => throw new NotSupportedException($"Attention in {dtype} is not supported; use Float16, BFloat16, Float32 or Float64."),
    };

    /// <summary>Then causality hides the padding from every real token already.</summary>
    private static bool IsOnlyPaddedRight(Tensor real, long past) =>
        past == 0
            ? real.shape[1] < 2 || !real.to(ScalarType.Int8).diff(1, -1).gt(0).any().item<bool>()
            : real.all().item<bool>();

    public void Dispose()
    {
        _realKeys?.Dispose();
        _documents?.Dispose();
        _keyBias?.Dispose();
        foreach (var mask in _masks.Values) mask.Dispose();
    }
}
