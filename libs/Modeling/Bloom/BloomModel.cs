using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using LayerNorm = Platform.Modeling.Layers.LayerNorm;

namespace Platform.Modeling.Bloom;

/// <summary>The decoder without its head: the names below <c>transformer.</c> in the checkpoint.</summary>
public sealed class BloomModel : nn.Module
{
    [ComponentName(Name = "word_embeddings")] private readonly nn.Module<Tensor, Tensor> _embedding;
    [ComponentName(Name = "word_embeddings_layernorm")] private readonly nn.Module<Tensor, Tensor> _embeddingNorm;
    [ComponentName(Name = "h")] private readonly ModuleList<BloomBlock> _blocks;
    [ComponentName(Name = "ln_f")] private readonly nn.Module<Tensor, Tensor> _norm;

    public BloomModel(BloomConfig config, ScalarType dtype, Device device)
        : base(nameof(BloomModel))
    {
        TokenEmbedding = new TokenEmbedding(config.VocabularySize, config.HiddenSize, dtype, device);
        _embedding = TokenEmbedding;
        _embeddingNorm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        _blocks = new ModuleList<BloomBlock>([.. Enumerable.Range(0, config.Layers).Select(i => new BloomBlock(config, i, dtype, device))]);
        _norm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        RegisterComponents();
        Blocks = [.. _blocks];
    }

    /// <summary>The embedding the model was created with, whatever wraps it now.</summary>
    internal TokenEmbedding TokenEmbedding { get; }

    internal IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks { get; }

    internal Tensor Embed(Tensor inputIds)
    {
        using var tokens = _embedding.call(inputIds);
        return _embeddingNorm.call(tokens);
    }

    internal Tensor FinalNorm(Tensor hidden) => _norm.call(hidden);
}
