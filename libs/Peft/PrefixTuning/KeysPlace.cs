using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Peft.Prompts;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Peft.PrefixTuning;

/// <summary>A prefix: in every block l, attention sees [K_l; key(x)] and [V_l; value(x)].</summary>
/// <remarks>
/// Li, Liang: "Prefix-Tuning: Optimizing Continuous Prompts for Generation", 2021.
/// A row is [K_0, V_0, K_1, V_1, …], each of all key heads. Differs from the paper: as in PEFT, an encoder-decoder model has a prefix in the
/// decoder's attention to itself only, and its block l takes the keys and values of block 2l, counted around.
/// </remarks>
internal sealed class KeysPlace : IPromptPlace
{
    private readonly PretrainedModel _model;
    private readonly VirtualKeys _tokens;
    private readonly PromptShape _shape;
    private readonly Func<Tensor> _rows;
    private readonly double _dropout;

    /// <param name="rows">[count, 2 * layers * width]</param>
    /// <param name="dropout">the probability of dropping a value while the model is in training, drawn for every text</param>
    public KeysPlace(PretrainedModel model, long count, PromptShape shape, Func<Tensor> rows, double dropout)
    {
        (_model, _shape, _rows, _dropout) = (model, shape, rows, dropout);
        _tokens = new VirtualKeys(count, Compute);
        if (!model.Takes(_tokens)) throw new NotSupportedException($"A {model.GetName()} takes no keys and values of virtual tokens.");
        Show(true);
    }

    public void Show(bool shown) => _model.Virtual = shown ? _tokens : null;

    private KeysAndValues[] Compute(long batch)
    {
        using var rows = _rows();
        using var split = rows.view(1, rows.shape[0], 2 * _shape.Layers, _shape.Heads, -1); // [1, count, 2 * layers, heads, width]
        using var kept = Dropped(split, batch);
        return [.. Enumerable.Range(0, _shape.Layers).Select(block => new KeysAndValues(Part(kept, Place(block)), Part(kept, Place(block) + 1)))];
    }

    private int Place(int block) => 2 * _shape.Stacks * block % (2 * _shape.Layers);

    private static Tensor Part(Tensor parts, int index)
    {
        using var one = parts.select(2, index);              // [batch or 1, count, heads, width]
        return one.transpose(1, 2).DetachFromDisposeScope(); // [batch or 1, heads, count, width]
    }

    private Tensor Dropped(Tensor split, long batch)
    {
        if (_dropout == 0 || !_model.training) return split.alias();

        using var rows = split.expand(batch, -1, -1, -1, -1);
        return nn.functional.dropout(rows, _dropout, training: true);
    }

    public void Dispose() => Show(false);
}
