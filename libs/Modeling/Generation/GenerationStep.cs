using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>One new position of a batch.</summary>
/// <param name="Index">0 for the first new token.</param>
/// <param name="Tokens">The token of each row; null where the row had ended before.</param>
/// <param name="Logits">[batch, vocabulary] before temperature and filters; valid during the call only.</param>
public sealed record GenerationStep(int Index, IReadOnlyList<int?> Tokens, Tensor Logits);
