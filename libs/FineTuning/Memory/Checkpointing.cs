namespace Platform.FineTuning.Memory;

/// <summary>Which blocks a step runs a second time in its backward pass, instead of keeping what they computed in the first.</summary>
/// <remarks>Losses and gradients are the same bit by bit, dropout included.</remarks>
public enum Checkpointing
{
    /// <summary>None: everything is kept.</summary>
    None,

    /// <summary>The first half of the blocks: about half of the memory for half of the time that <see cref="Blocks"/> costs.</summary>
    Half,

    /// <summary>All but the last block, whose backward pass comes right after its forward pass.</summary>
    Blocks,
}
