using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>A batch of texts as a model takes it. The tensors belong to whoever made them.</summary>
/// <param name="InputIds">int64 [batch, positions]</param>
/// <param name="AttentionMask">[batch, positions], 1 for real tokens; null: all are</param>
/// <param name="TokenTypeIds">int64 [batch, positions]: which of two texts a token belongs to; null: all to the first</param>
/// <param name="PositionIds">int64 [batch, positions]; counted if absent</param>
public sealed record TextInputs(Tensor InputIds, Tensor? AttentionMask = null, Tensor? TokenTypeIds = null, Tensor? PositionIds = null)
{
    /// <summary>How many positions come before the text that are not among its ids; counted positions begin there.</summary>
    internal long PositionsBefore { get; init; }
}
