using static TorchSharp.torch;

namespace Platform.FineTuning.Memory;

/// <summary>What a pass remembers of one block.</summary>
/// <param name="Input">a leaf, the output of the block below; its owner disposes it</param>
/// <param name="Output">a leaf, which collects the gradient that the block above gives</param>
/// <param name="Random">the random numbers the block began with; null: it does not run again</param>
internal sealed record Segment(Tensor Input, Tensor Output, Tensor? Random) : IDisposable
{
    /// <summary>With the graph; null: forgotten, or not computed again yet.</summary>
    public BlockResult? Computed { get; set; }

    /// <summary>Lets go of the graph and with it of everything that the block computed in between.</summary>
    public void Forget()
    {
        Computed?.Dispose();
        Computed = null;
    }

    public void Dispose()
    {
        Forget();
        Output.Dispose();
        Random?.Dispose();
    }
}

/// <summary>What a block computed, with its graph.</summary>
/// <param name="Hidden">[batch, positions, hidden]</param>
/// <param name="Routing">what its router said, [tokens, experts]; null: it has none</param>
internal sealed record BlockResult(Tensor Hidden, Tensor? Routing) : IDisposable
{
    /// <summary>Goes back through the block from the gradients of its results; null: none has come.</summary>
    public void Backward(Tensor? hidden, Tensor? routing)
    {
        List<Tensor> ends = [], gradients = [];
        Add(Hidden, hidden);
        Add(Routing, routing);
        if (ends.Count > 0) autograd.backward(ends, gradients);

        void Add(Tensor? end, Tensor? gradient)
        {
            if (end is null || gradient is null) return;
            ends.Add(end);
            gradients.Add(gradient);
        }
    }

    public void Dispose()
    {
        Hidden.Dispose();
        Routing?.Dispose();
    }
}
