using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>A model that predicts the next token.</summary>
public abstract class CausalLanguageModel(string name) : PretrainedModel(name)
{
    public abstract override LanguageModelConfig Config { get; }

    /// <summary>The blocks in order; each maps hidden states [batch, positions, hidden] to the next ones.</summary>
    public abstract IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks { get; }

    /// <summary>The path of the head; models with another head go without it.</summary>
    public virtual string HeadName => "lm_head";

    /// <summary>ids [batch, positions], virtual ones among them -> the first block's input [batch, positions, hidden]</summary>
    public abstract Tensor Embed(Tensor inputIds, ForwardContext context);

    /// <summary>The norm between the last block and the head.</summary>
    public abstract Tensor FinalNorm(Tensor hidden);

    /// <summary>[..., hidden] after the final norm -> logits [..., vocabulary]</summary>
    public abstract Tensor Head(Tensor hidden);

    /// <summary>[vocabulary, hidden] where <see cref="Head"/> is the product with it and nothing else; null: only the head itself knows what it does.</summary>
    public virtual Tensor? HeadWeight => null;

    /// <summary>Computes what the blocks share. The ids are read for their shape only.</summary>
    /// <param name="inputIds">[batch, positions]</param>
    /// <param name="attentionMask">[batch, kept in the cache + positions], 1 for real tokens; null: all are</param>
    /// <param name="positionIds">[batch, positions]; counted from the cache's length if absent. Without mask and cache,
    /// positions that restart separate packed documents</param>
    public virtual ForwardContext PrepareForward(Tensor inputIds, Tensor? attentionMask = null, Tensor? positionIds = null, KeyValueCache? cache = null)
    {
        var first = cache is null or { Length: 0 } ? Virtual : null; // later passes find the virtual tokens in the cache
        var count = inputIds.shape[1] + ((first as VirtualInputs)?.Count ?? 0);
        var (past, kept) = first is VirtualKeys ? (first.Count, first.Count) : (cache?.Length ?? 0, cache?.Kept ?? 0);
        using var own = Virtual is null ? positionIds?.alias() : Virtual.Positions(positionIds, attentionMask);
        using var positions = own is not null && first is VirtualInputs inputs ? inputs.AllPositions(own) : own?.alias();
        using var mask = Virtual is null ? attentionMask?.alias() : Virtual.Mask(attentionMask, kept + count);
        return new ForwardContext(
            (positions?.alias() ?? arange(past, past + count, ScalarType.Int64, Device).unsqueeze_(0)).DetachFromDisposeScope(),
            new AttentionPattern(count, kept, mask, positions, Dtype, Device, KeyBias(kept + count, mask), HidesAllPadding) { PaddingSeesAll = PaddingSeesAll },
            Dtype,
            cache)
        {
            Virtual = first,
            Prefix = (first as VirtualKeys)?.Compute(inputIds.shape[0]),
        };
    }

    /// <summary>
    /// Whether padding on the right is hidden from padding too, as in transformers. Real tokens never see it, but layers that compute with
    /// the whole batch at once, like those of LLM.int8(), tell the difference.
    /// </summary>
    public bool HidesAllPadding { get; set; }

    public override bool Takes(VirtualTokens tokens) => true;

    /// <summary>Changes the first block's input, [batch, virtual + positions, hidden], into another tensor of its shape; null: it stays as it is.</summary>
    public Func<Tensor, Tensor>? OnEmbedded { get; set; }

    /// <summary>The first block's input, with the virtual tokens that the pass begins with.</summary>
    /// <param name="inputIds">[batch, positions]</param>
    /// <returns>[batch, virtual + positions, hidden]</returns>
    public Tensor EmbedWhole(Tensor inputIds, ForwardContext context)
    {
        if (context.Virtual is not VirtualInputs inputs) return Changed(Embed(inputIds, context));

        using var whole = inputs.Ids(inputIds);
        return Changed(Embed(whole, context));
    }

    private Tensor Changed(Tensor embedded)
    {
        if (OnEmbedded is null) return embedded;

        using var before = embedded;
        return OnEmbedded(before);
    }

    /// <summary>What the heads add to the scores of the keys, [batch or 1, heads, 1, keys]; null: nothing.</summary>
    /// <param name="attentionMask">[batch, keys], or null</param>
    protected virtual Tensor? KeyBias(long keys, Tensor? attentionMask) => null;

    /// <inheritdoc cref="AttentionPattern.PaddingSeesAll"/>
    protected virtual bool PaddingSeesAll => false;

    public Tensor RunBlock(int index, Tensor hidden, ForwardContext context) => Blocks[index].call(hidden, context);

    /// <summary>[batch, positions, hidden] after the final norm: the head's input.</summary>
    /// <param name="onHidden">is shown the first block's input, every block's output and what enters the head, each valid during the call</param>
    public Tensor HiddenStates(
        Tensor inputIds, Tensor? attentionMask = null, Tensor? positionIds = null, KeyValueCache? cache = null, Action<Tensor>? onHidden = null)
    {
        using var context = PrepareForward(inputIds, attentionMask, positionIds, cache);
        return HiddenStates(inputIds, context, onHidden);
    }

    /// <summary>The same in a context of the caller's, who may ask it afterwards what the pass left there.</summary>
    /// <inheritdoc cref="HiddenStates(Tensor, Tensor?, Tensor?, KeyValueCache?, Action{Tensor}?)"/>
    public Tensor HiddenStates(Tensor inputIds, ForwardContext context, Action<Tensor>? onHidden = null)
    {
        var hidden = EmbedWhole(inputIds, context);
        onHidden?.Invoke(hidden);
        for (var i = 0; i < Blocks.Count; i++)
        {
            using var input = hidden;
            hidden = RunBlock(i, input, context);
            onHidden?.Invoke(hidden);
        }

        using var last = hidden;
        var final = FinalNorm(last);
        onHidden?.Invoke(final);
        return final;
    }

    /// <summary>What the model adds to the mean loss over a pass' tokens when it is trained, once the pass has run.</summary>
    /// <returns>a scalar with its graph; null: nothing</returns>
    public virtual Tensor? AuxiliaryLoss(ForwardContext context) => null;

    /// <summary>[batch, positions, vocabulary]</summary>
    public Tensor Logits(Tensor inputIds, Tensor? attentionMask = null, Tensor? positionIds = null, KeyValueCache? cache = null)
    {
        using var hidden = HiddenStates(inputIds, attentionMask, positionIds, cache);
        return Head(hidden);
    }
}
