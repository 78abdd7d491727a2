using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Dropout = Platform.Modeling.Layers.Dropout;
using LayerNorm = Platform.Modeling.Layers.LayerNorm;

namespace Platform.Modeling.Whisper;

/// <summary>Token embeddings and learned positions, and blocks that see the tokens before and the whole sound.</summary>
internal sealed class WhisperDecoder : nn.Module
{
    [ComponentName(Name = "embed_tokens")] private readonly nn.Module<Tensor, Tensor> _embedding;
    [ComponentName(Name = "embed_positions")] private readonly TokenEmbedding _positions;
    [ComponentName(Name = "layers")] private readonly ModuleList<WhisperBlock> _blocks;
    [ComponentName(Name = "layer_norm")] private readonly LayerNorm _norm;
    private readonly WhisperConfig _config;

    public WhisperDecoder(WhisperConfig config, ScalarType dtype, Device device)
        : base(nameof(WhisperDecoder))
    {
        _config = config;
        TokenEmbedding = new TokenEmbedding(config.VocabularySize, config.HiddenSize, dtype, device);
        _embedding = TokenEmbedding;
        _positions = new TokenEmbedding(config.MaxPositions, config.HiddenSize, dtype, device);
        _blocks = new ModuleList<WhisperBlock>([.. Enumerable.Range(0, config.DecoderLayers).Select(i => new WhisperBlock(config, i, decoder: true, dtype, device))]);
        _norm = new LayerNorm(config.HiddenSize, 1e-5, dtype, device);
        RegisterComponents();
    }

    /// <summary>The embedding the model was created with, whatever wraps it now.</summary>
    public TokenEmbedding TokenEmbedding { get; }

    /// <inheritdoc cref="Seq2SeqModel.Decode"/>
    /// <exception cref="ArgumentException">There are more positions than the model knows.</exception>
    public Tensor Run(Tensor inputIds, EncodedSource source, Tensor? attentionMask, EncoderDecoderCache? cache, Action<Tensor>? onHidden)
    {
        var (count, past) = (inputIds.shape[1], cache?.Decoded.Length ?? 0);
        if (past + count > _config.MaxPositions) throw new ArgumentException($"The output has {past + count} tokens; the decoder knows {_config.MaxPositions} positions (max_target_positions).");

        using var pattern = new AttentionPattern(count, past, attentionMask, null, source.Hidden.dtype, source.Hidden.device);
        using var context = new StackContext
        {
            Own = pattern.Mask(null),
            Source = source.Hidden,
            OfSource = AttentionMask.Bidirectional(source.AttentionMask, source.Hidden.dtype, source.Hidden.device),
            Cache = cache,
        };
        var hidden = Dropout.Of(Embed(inputIds, past, count), _config.DropoutRate, training);
        onHidden?.Invoke(hidden);
        foreach (var block in _blocks)
        {
            if (WhisperLayerDrop.Skips(_config.DecoderLayerDrop, training)) continue;
            using var input = hidden;
            hidden = block.call(input, context);
            onHidden?.Invoke(hidden);
        }

        using var last = hidden;
        return _norm.call(last);
    }

    private Tensor Embed(Tensor inputIds, long past, long count)
    {
        using var tokens = _embedding.call(inputIds); // [batch, positions, hidden]
        using var places = _positions.Weight.narrow(0, past, count);
        return tokens.add(places);
    }
}
