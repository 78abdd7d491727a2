using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Dropout = Platform.Modeling.Layers.Dropout;

namespace Platform.Modeling.T5;

/// <summary>The encoder, or the decoder without its head.</summary>
internal sealed class T5Stack : nn.Module
{
    [ComponentName(Name = "block")] private readonly ModuleList<T5Block> _blocks;
    [ComponentName(Name = "final_layer_norm")] private readonly RmsNorm _norm;
    private readonly T5Config _config;
    private readonly bool _decoder;

    public T5Stack(T5Config config, bool decoder, ScalarType dtype, Device device)
        : base(nameof(T5Stack))
    {
        (_config, _decoder) = (config, decoder);
        _blocks = new ModuleList<T5Block>([.. Enumerable.Range(0, decoder ? config.DecoderLayers : config.Layers).Select(i => new T5Block(config, i, decoder, dtype, device))]);
        _norm = new RmsNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        RegisterComponents();
    }

    /// <param name="embedded">[batch, positions, hidden], taken over</param>
    /// <param name="attentionMask">[batch, cached + positions], 1 for real tokens; null: all are</param>
    /// <param name="source">null in the encoder</param>
    /// <param name="keys">what stands before the keys of the stack</param>
    /// <inheritdoc cref="Seq2SeqModel.Decode"/>
    /// <returns>[batch, positions, hidden] after the final norm</returns>
    public Tensor Run(Tensor embedded, Tensor? attentionMask, EncodedSource? source = null, EncoderDecoderCache? cache = null, Action<Tensor>? onHidden = null, VirtualKeys? keys = null)
    {
        using var context = Context(embedded, attentionMask, source, cache, keys);
        using var last = StackBlocks.Run(_blocks, Dropout.Of(embedded, _config.DropoutRate, training), context, onHidden);
        return Dropout.Of(_norm.call(last), _config.DropoutRate, training);
    }

    private StackContext Context(Tensor embedded, Tensor? attentionMask, EncodedSource? source, EncoderDecoderCache? cache, VirtualKeys? keys)
    {
        using var scope = NewDisposeScope();
        var first = cache is null or { Decoded.Length: 0 } ? keys : null; // later passes find them in the cache
        var (queries, past, dtype) = (embedded.shape[1], first?.Count ?? cache?.Decoded.Length ?? 0, embedded.dtype);
        var mask = attentionMask?.to(embedded.device);
        if (keys is not null) mask = keys.Mask(mask, past + queries);
        var hidden = _decoder ? HiddenKeys.Causal(queries, past, mask, embedded.device) : HiddenKeys.Padding(mask);
        var bias = PositionBias(queries, past, embedded.device);
        var addend = hidden is null ? bias : bias.masked_fill(hidden, AttentionPattern.Lowest(dtype));
        return new StackContext
        {
            Own = new AttentionMask(addend.DetachFromDisposeScope(), Causal: false, mask is not null && hidden is not null && HiddenKeys.SomeSeeNone(hidden)),
            Source = source?.Hidden,
            OfSource = source is null ? null : AttentionMask.Bidirectional(source.AttentionMask, dtype, embedded.device),
            Cache = cache,
            Prefix = Detached(first?.Compute(embedded.shape[0])),
        };
    }

    private static IReadOnlyList<KeysAndValues>? Detached(IReadOnlyList<KeysAndValues>? prefix)
    {
        foreach (var (keys, values) in prefix ?? []) (_, _) = (keys.DetachFromDisposeScope(), values.DetachFromDisposeScope());
        return prefix;
    }

    /// <summary>[1, heads, queries, past + queries]; carries the gradients of the first block's table.</summary>
    private Tensor PositionBias(long queries, long past, Device device)
    {
        using var buckets = RelativePositions.Buckets(past, queries, past + queries, !_decoder, _config.Buckets, _config.MaxDistance, device);
        using var biases = _blocks[0].RelativeBias!.call(buckets); // [queries, keys, heads]
        using var byHead = biases.permute(2, 0, 1);
        using var one = byHead.unsqueeze(0);
        return one.contiguous();
    }
}
