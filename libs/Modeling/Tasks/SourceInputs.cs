using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>What an encoder reads. The tensors belong to whoever made them.</summary>
/// <param name="Values">text: token ids, int64 [batch, positions]; speech: log-mel features [batch, mels, frames]</param>
/// <param name="AttentionMask">text: [batch, positions], 1 for real tokens; null: all are</param>
public sealed record SourceInputs(Tensor Values, Tensor? AttentionMask = null);
