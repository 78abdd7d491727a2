using Platform.Modeling;
using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.FineTuning.Memory;

/// <summary>
/// The keys and values in front of a pass. They come from one computation that all blocks share, so each block adds its gradient to a leaf, and
/// what computed them is gone through once, at the end.
/// </summary>
internal sealed class CutPrefix(ForwardContext context) : IDisposable
{
    private readonly IReadOnlyList<KeysAndValues> _computed = context.CutPrefix();

    public void Backward()
    {
        List<Tensor> ends = [], gradients = [];
        foreach (var (computed, leaf) in _computed.Zip(context.Prefix ?? []))
        {
            Add(computed.Keys, leaf.Keys);
            Add(computed.Values, leaf.Values);
        }

        if (ends.Count > 0) autograd.backward(ends, gradients);
        gradients.ForEach(gradient => gradient.Dispose());

        void Add(Tensor end, Tensor leaf)
        {
            if (!end.requires_grad || leaf.grad is not { } gradient) return;
            ends.Add(end);
            gradients.Add(gradient);
        }
    }

    public void Dispose()
    {
        foreach (var block in _computed) block.Dispose();
    }
}
