using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Llama;

/// <summary>The decoder without its head: the names below <c>model.</c> in the checkpoint.</summary>
public sealed class LlamaModel : nn.Module
{
    [ComponentName(Name = "embed_tokens")] private readonly nn.Module<Tensor, Tensor> _embedding;
    [ComponentName(Name = "layers")] private readonly ModuleList<nn.Module<Tensor, ForwardContext, Tensor>> _layers;
    [ComponentName(Name = "norm")] private readonly nn.Module<Tensor, Tensor> _norm;

    public LlamaModel(LlamaConfig config, ScalarType dtype, Device device)
        : base(nameof(LlamaModel))
    {
        TokenEmbedding = new TokenEmbedding(config.VocabularySize, config.HiddenSize, dtype, device);
        _embedding = TokenEmbedding;
        _layers = new ModuleList<nn.Module<Tensor, ForwardContext, Tensor>>([.. Enumerable.Range(0, config.Layers).Select(i => config.CreateBlock(i, dtype, device))]);
        _norm = config.CreateNorm(dtype, device);
        RegisterComponents();
        Blocks = [.. _layers];
    }

    /// <summary>The embedding the model was created with, whatever wraps it now.</summary>
    internal TokenEmbedding TokenEmbedding { get; }

    internal IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks { get; }

    internal Tensor Embed(Tensor inputIds) => _embedding.call(inputIds);

    internal Tensor FinalNorm(Tensor hidden) => _norm.call(hidden);
}
