using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>What all blocks of an encoder or of a decoder that reads one share in one forward pass. Dispose it after the last use.</summary>
public sealed class StackContext : IDisposable
{
    /// <summary>What positions of the stack see of each other.</summary>
    public required AttentionMask Own { get; init; }

    /// <summary>The encoder's output [batch, source positions, hidden]; null in the encoder. It outlives the pass.</summary>
    public Tensor? Source { get; init; }

    /// <summary>What positions see of the source; null in the encoder.</summary>
    public AttentionMask? OfSource { get; init; }

    /// <summary>Null when training and in the encoder; it outlives the pass.</summary>
    public EncoderDecoderCache? Cache { get; init; }

    /// <summary>Keys and values before the stack's own, block by block; null: none, or the cache has them already. The context disposes them.</summary>
    public IReadOnlyList<KeysAndValues>? Prefix { get; init; }

    public void Dispose()
    {
        Own.Dispose();
        OfSource?.Dispose();
        foreach (var block in Prefix ?? []) block.Dispose();
    }
}
