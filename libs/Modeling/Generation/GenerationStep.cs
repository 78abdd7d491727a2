using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>One new position of a batch.</summary>
/// <param name="Index">0 for the first new token.</param>
/// <param name="Tokens">The token of each row; null where the row had ended before.</param>
/// <param name="Logits">[rows, vocabulary] as the model gave them; valid during the call only.</param>
public sealed record GenerationStep(int Index, IReadOnlyList<int?> Tokens, Tensor Logits)
{
    /// <summary>The text that each row's token completed and that no stop string can begin with; empty without a tokenizer.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Why a row ended with this position; null where it goes on or had ended before.</summary>
    public IReadOnlyList<FinishReason?> Finished { get; init; } = [];
}
