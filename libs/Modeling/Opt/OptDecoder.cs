using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Modeling.Opt;

/// <summary>The decoder without its head: the names below <c>model.decoder.</c> in the checkpoint.</summary>
public sealed class OptDecoder : nn.Module
{
    /// <summary>The table begins with two rows for positions that are none: fairseq's padding and what lies before it.</summary>
    private const long PositionOffset = 2;

    [ComponentName(Name = "embed_tokens")] private readonly nn.Module<Tensor, Tensor> _embedding;
    [ComponentName(Name = "embed_positions")] private readonly nn.Module<Tensor, Tensor> _positions;
    [ComponentName(Name = "project_out")] private readonly nn.Module<Tensor, Tensor>? _projectOut;
    [ComponentName(Name = "project_in")] private readonly nn.Module<Tensor, Tensor>? _projectIn;
    [ComponentName(Name = "final_layer_norm")] private readonly nn.Module<Tensor, Tensor>? _norm;
    [ComponentName(Name = "layers")] private readonly ModuleList<OptDecoderLayer> _layers;

    public OptDecoder(OptConfig config, ScalarType dtype, Device device)
        : base(nameof(OptDecoder))
    {
        TokenEmbedding = new TokenEmbedding(config.VocabularySize, config.EmbeddingSize, dtype, device);
        _embedding = TokenEmbedding;
        _positions = new TokenEmbedding(config.MaxPositions + PositionOffset, config.HiddenSize, dtype, device, positions: true);
        if (config.EmbeddingSize != config.HiddenSize)
        {
            _projectOut = new Linear(config.HiddenSize, config.EmbeddingSize, bias: false, dtype, device);
            _projectIn = new Linear(config.EmbeddingSize, config.HiddenSize, bias: false, dtype, device);
        }

        if (config.HasFinalNorm) _norm = OptDecoderLayer.Norm(config, dtype, device);
        _layers = new ModuleList<OptDecoderLayer>([.. Enumerable.Range(0, config.Layers).Select(i => new OptDecoderLayer(config, i, dtype, device))]);
        RegisterComponents();
        Blocks = [.. _layers];
    }

    /// <summary>The embedding the model was created with, whatever wraps it now.</summary>
    internal TokenEmbedding TokenEmbedding { get; }

    internal IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks { get; }

    internal Tensor Embed(Tensor inputIds, Tensor positions)
    {
        using var tokens = _embedding.call(inputIds); // [batch, positions, embedding]
        using var wide = _projectIn?.call(tokens) ?? tokens.alias();
        using var rows = positions.add(PositionOffset);
        using var places = _positions.call(rows); // [batch or 1, positions, hidden]
        return wide.add(places);
    }

    internal Tensor FinalNorm(Tensor hidden) // [..., hidden] -> [..., embedding]
    {
        using var normed = _norm?.call(hidden) ?? hidden.alias();
        return _projectOut?.call(normed) ?? normed.alias();
    }
}
