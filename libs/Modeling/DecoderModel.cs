using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>A decoder without its head.</summary>
public abstract class DecoderModel(string name) : nn.Module(name)
{
    /// <summary>The embedding the model was created with, whatever wraps it now.</summary>
    internal abstract TokenEmbedding TokenEmbedding { get; }

    internal abstract IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks { get; }

    /// <inheritdoc cref="CausalLanguageModel.Embed"/>
    internal abstract Tensor Embed(Tensor inputIds, ForwardContext context);

    /// <inheritdoc cref="CausalLanguageModel.FinalNorm"/>
    internal abstract Tensor FinalNorm(Tensor hidden);
}
