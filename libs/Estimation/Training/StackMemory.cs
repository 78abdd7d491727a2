using Platform.Estimation.Shapes;

namespace Platform.Estimation.Training;

/// <summary>What a stack of blocks keeps of a forward pass, in bytes.</summary>
/// <param name="Layers">how many blocks</param>
/// <param name="Width">values per token of what goes from block to block</param>
/// <param name="Stream">what goes from block to block</param>
/// <param name="Block">what one block keeps for its backward pass, its input among it</param>
/// <param name="Widest">the gradients of a block's widest tensors, of which a few are there at once in its backward pass</param>
/// <param name="Again">how many blocks, from the first, keep their input alone and run again</param>
internal sealed record StackMemory(long Layers, long Width, long Stream, long Block, long Widest, long Again)
{
    public static StackMemory Of(ModelShape model, BlockShape blocks, TrainingSetup setup, long tokens)
    {
        var again = setup.Kept switch
        {
            KeptBlocks.All => 0,
            KeptBlocks.LaterHalf => blocks.Layers / 2,
            _ => blocks.Layers - 1,
        };
        var value = tokens * setup.ValueBytes;
        return new(blocks.Layers, blocks.HiddenSize, value * blocks.HiddenSize, value * BlockActivations.PerToken(model, blocks, setup), value * blocks.InnerSize * blocks.ExpertsPerToken, again);
    }

    /// <summary>When the forward pass is done.</summary>
    public long Kept => (Layers - Again) * Block + Again * Stream;

    /// <summary>The most that activations and gradients take together while the blocks are gone through backwards.</summary>
    /// <param name="earlier">gradients of earlier micro-batches</param>
    /// <param name="head">the head's gradient, which is there from the beginning</param>
    /// <param name="all">all gradients at the end</param>
    public long FullestBlock(long earlier, long head, long all)
    {
        var fullest = 0L;
        for (var done = 0L; done < Layers; done++)
        {
            // The blocks below, this one (computed again if it was not kept), the gradients of it and those above.
            var below = Layers - done - 1;
            var kept = Math.Max(0, below - Again) * Block + Math.Min(below, Again) * Stream + Block;
            var gradients = Math.Max(earlier, head + (all - head) * (done + 1) / Layers);
            fullest = Math.Max(fullest, kept + 2 * Stream + 2 * Widest + gradients);
        }

        return fullest;
    }
}
