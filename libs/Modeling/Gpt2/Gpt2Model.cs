using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Dropout = Platform.Modeling.Layers.Dropout;
using LayerNorm = Platform.Modeling.Layers.LayerNorm;

namespace Platform.Modeling.Gpt2;

/// <summary>The decoder without its head: the names below <c>transformer.</c> in the checkpoint.</summary>
public sealed class Gpt2Model : nn.Module
{
    [ComponentName(Name = "wte")] private readonly nn.Module<Tensor, Tensor> _embedding;
    [ComponentName(Name = "wpe")] private readonly nn.Module<Tensor, Tensor> _positions;
    [ComponentName(Name = "h")] private readonly ModuleList<Gpt2Block> _blocks;
    [ComponentName(Name = "ln_f")] private readonly nn.Module<Tensor, Tensor> _norm;
    private readonly double _dropout;

    public Gpt2Model(Gpt2Config config, ScalarType dtype, Device device)
        : base(nameof(Gpt2Model))
    {
        TokenEmbedding = new TokenEmbedding(config.VocabularySize, config.HiddenSize, dtype, device);
        _embedding = TokenEmbedding;
        _positions = new TokenEmbedding(config.MaxPositions, config.HiddenSize, dtype, device, positions: true);
        _blocks = new ModuleList<Gpt2Block>([.. Enumerable.Range(0, config.Layers).Select(i => new Gpt2Block(config, i, dtype, device))]);
        _norm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _dropout = config.EmbeddingDropout;
        RegisterComponents();
        Blocks = [.. _blocks];
    }

    /// <summary>The embedding the model was created with, whatever wraps it now.</summary>
    internal TokenEmbedding TokenEmbedding { get; }

    internal IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks { get; }

    internal Tensor Embed(Tensor inputIds, Tensor positions)
    {
        using var tokens = _embedding.call(inputIds);   // [batch, positions, hidden]
        using var places = _positions.call(positions);  // [batch or 1, positions, hidden]
        return Dropout.Of(tokens.add(places), _dropout, training);
    }

    internal Tensor FinalNorm(Tensor hidden) => _norm.call(hidden);
}
