using Platform.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Memory;

/// <summary>
/// One forward and backward pass of a causal language model whose graph is cut between the blocks. Of a block that is to run again only the
/// input is kept; the backward pass computes it a second time, from the same random numbers, and goes through it before it
/// comes to the block below.
/// </summary>
/// <remarks>
/// Chen, Xu, Zhang, Guestrin: "Training Deep Nets with Sublinear Memory Cost", 2016, section 4. Differs from the paper: segments are single blocks, because
/// the input of a block is small beside what it computes, and the last blocks may be kept.
/// </remarks>
/// <param name="context">of this pass; the caller's, and not to be used for another pass</param>
public sealed class BlockwisePass(CausalLanguageModel model, ForwardContext context, Checkpointing checkpointing) : IDisposable
{
    private readonly Segment[] _segments = new Segment[model.Blocks.Count];
    private readonly CutPrefix _prefix = new(context);
    private readonly RandomStream _random = new(model.Device);
    private Tensor? _embedded;
    private Tensor? _first;

    /// <summary>Is told each block whose parameters have all the gradients that come from it, last block first.</summary>
    public Action<int>? BlockLearned { get; init; }

    /// <summary>The hidden states after the final norm, [batch, virtual + positions, hidden]. Their graph reaches down to the last block's output.</summary>
    public Tensor Forward(Tensor inputIds)
    {
        _embedded = model.EmbedWhole(inputIds, context);
        var again = RunAgain();
        var input = _first = Cut(_embedded);
        for (var i = 0; i < _segments.Length; i++)
        {
            // With a graph even where it is not kept: gradient mode chooses kernels, and the second time must compute what the first did.
            var random = i < again ? _random.Save() : null;
            var computed = Run(i, input);
            _segments[i] = new(input, Cut(computed.Hidden), random) { Computed = computed };
            if (i < again) _segments[i].Forget();
            input = _segments[i].Output;
        }

        return model.FinalNorm(input);
    }

    /// <summary>Carries the gradients that the last block's output has got by now down to the parameters of the blocks and to the embedding.</summary>
    public void Backward()
    {
        using var after = _random.Save();
        for (var i = _segments.Length - 1; i >= 0 && _segments[i].Output.requires_grad; i--)
        {
            BackwardThrough(i);
            BlockLearned?.Invoke(i);
        }

        _prefix.Backward();
        using var gradient = _first!.grad;
        if (gradient is not null) autograd.backward([_embedded!], [gradient]);
        _random.Restore(after);
    }

    public void Dispose()
    {
        foreach (var segment in _segments) segment?.Dispose();
        _first?.Dispose();
        _embedded?.Dispose();
        _prefix.Dispose();
    }

    private void BackwardThrough(int index)
    {
        var segment = _segments[index];
        using var routing = context.Routing?.GradientOf(index);
        using var gradient = segment.Output.grad;
        if (segment.Random is not null)
        {
            _random.Restore(segment.Random);
            segment.Computed = Run(index, segment.Input);
        }

        segment.Computed!.Backward(gradient, routing);
        segment.Forget();
        segment.Output.Dispose();
    }

    private BlockResult Run(int index, Tensor input) => new(model.RunBlock(index, input, context), context.Routing?.Cut(index));

    /// <summary>How many blocks, from the first, run again.</summary>
    private int RunAgain() => checkpointing switch
    {
        Checkpointing.None => 0,
        Checkpointing.Half => _segments.Length / 2,
        Checkpointing.Blocks => _segments.Length - 1,
        _ => throw new ArgumentOutOfRangeException(nameof(checkpointing), checkpointing, "No such checkpointing."),
    };

    /// <summary>The same values without what computed them.</summary>
    private static Tensor Cut(Tensor computed)
    {
        var leaf = computed.detach();
        return computed.requires_grad ? leaf.requires_grad_() : leaf;
    }
}
