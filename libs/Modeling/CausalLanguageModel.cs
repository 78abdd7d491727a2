using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>
/// A model that predicts the next token. Modules and parameters are named as in the Hugging Face checkpoint.
/// Every method returns tensors the caller disposes.
/// </summary>
public abstract class CausalLanguageModel(string name) : nn.Module<Tensor, Tensor>(name)
{
    public abstract ModelConfig Config { get; }

    /// <summary>The blocks in order; each maps hidden states [batch, positions, hidden] to the next ones.</summary>
    public abstract IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks { get; }

    /// <summary>The type of the hidden states.</summary>
    public abstract ScalarType Dtype { get; }

    public abstract Device Device { get; }

    /// <summary>ids [batch, positions] -> the first block's input [batch, positions, hidden]</summary>
    public abstract Tensor Embed(Tensor inputIds);

    /// <summary>The norm between the last block and the head.</summary>
    public abstract Tensor FinalNorm(Tensor hidden);

    /// <summary>[..., hidden] after the final norm -> logits [..., vocabulary]</summary>
    public abstract Tensor Head(Tensor hidden);

    /// <summary>Computes what the blocks share. The ids are read for their shape only.</summary>
    /// <param name="inputIds">[batch, positions]</param>
    /// <param name="attentionMask">[batch, cached + positions], 1 for real tokens; null: all are</param>
    /// <param name="positionIds">[batch, positions]; counted from the cache's length if absent. Without mask and cache,
    /// positions that restart separate packed documents</param>
    public abstract ForwardContext PrepareForward(Tensor inputIds, Tensor? attentionMask = null, Tensor? positionIds = null, KeyValueCache? cache = null);

    public Tensor RunBlock(int index, Tensor hidden, ForwardContext context) => Blocks[index].call(hidden, context);

    /// <summary>[batch, positions, hidden] after the final norm: the head's input.</summary>
    public Tensor HiddenStates(Tensor inputIds, Tensor? attentionMask = null, Tensor? positionIds = null, KeyValueCache? cache = null)
    {
        using var context = PrepareForward(inputIds, attentionMask, positionIds, cache);
        var hidden = Embed(inputIds);
        for (var i = 0; i < Blocks.Count; i++)
        {
            using var input = hidden;
            hidden = RunBlock(i, input, context);
        }

        using var last = hidden;
        return FinalNorm(last);
    }

    /// <summary>[batch, positions, vocabulary]</summary>
    public Tensor Logits(Tensor inputIds, Tensor? attentionMask = null, Tensor? positionIds = null, KeyValueCache? cache = null)
    {
        using var hidden = HiddenStates(inputIds, attentionMask, positionIds, cache);
        return Head(hidden);
    }

    public override Tensor forward(Tensor inputIds) => Logits(inputIds);

    /// <summary>Gives a new model its first weights: normal matrices, zero biases, norms of one.</summary>
    public void Initialize(Generator generator)
    {
        using var noGradients = no_grad();
        foreach (var (parameterName, parameter) in named_parameters())
        {
            if (parameter.dim() > 1) parameter.normal_(0, Config.InitializerRange, generator);
            else if (parameterName.EndsWith(".bias", StringComparison.Ordinal)) nn.init.zeros_(parameter);
            else nn.init.ones_(parameter);
        }
    }
}
