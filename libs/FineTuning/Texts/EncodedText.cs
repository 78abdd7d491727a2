using Platform.Modeling.Tokenization;

namespace Platform.FineTuning.Texts;

/// <summary>A text, or two, as an encoder takes it; the lists have one entry per position.</summary>
/// <param name="AttentionMask">1 for real tokens</param>
public sealed record EncodedText(IReadOnlyList<int> Ids, IReadOnlyList<int> TypeIds, IReadOnlyList<int> AttentionMask)
{
    public static EncodedText Of(Encoding encoding) => new(encoding.Ids, encoding.TypeIds, encoding.AttentionMask);
}
