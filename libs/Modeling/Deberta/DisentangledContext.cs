using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Deberta;

/// <summary>What all blocks of one pass share: the mask, the table of relative positions and where in it each pair looks.</summary>
public sealed class DisentangledContext : IDisposable
{
    /// <param name="relative">[2 · span, hidden], after its norm; null without relative attention; disposed with the context</param>
    /// <param name="attentionMask">[batch, positions], 1 for real tokens; null: all are</param>
    internal DisentangledContext(DebertaConfig config, long positions, Tensor? relative, Tensor? attentionMask, Device device)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        Relative = relative;
        Real = attentionMask?.to(device).ne(0).DetachFromDisposeScope();
        Hidden = Real is null ? null : Real.unsqueeze(1).logical_and(Real.unsqueeze(2)).logical_not().unsqueeze(1).DetachFromDisposeScope();
        if (relative is null) return;

        var (span, distance) = (config.Span, RelativePositions.Of(positions, config.PositionBuckets, config.MaxRelativePositions, device));
        ContentToPosition = (distance + span).clamp(0, 2 * span - 1).DetachFromDisposeScope();
        PositionToContent = (span - distance).clamp(0, 2 * span - 1).DetachFromDisposeScope();
    }

    /// <summary>[2 · span, hidden]</summary>
    internal Tensor? Relative { get; }

    /// <summary>bool [batch, positions]; null: all tokens are real</summary>
    internal Tensor? Real { get; }

    /// <summary>bool [batch, 1, queries, keys]: pairs of which one is padding; null: there are none</summary>
    internal Tensor? Hidden { get; }

    /// <summary>int64 [queries, keys]: the row of the table that a query looks up for a key</summary>
    internal Tensor? ContentToPosition { get; }

    /// <summary>int64 [keys, queries]: the row of the table that a key looks up for a query</summary>
    internal Tensor? PositionToContent { get; }

    public void Dispose()
    {
        Relative?.Dispose();
        Real?.Dispose();
        Hidden?.Dispose();
        ContentToPosition?.Dispose();
        PositionToContent?.Dispose();
    }
}
