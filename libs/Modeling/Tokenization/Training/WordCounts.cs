using Platform.Modeling.Tokenization.PreTokenizers;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Training;

/// <summary>The words that vocabularies are learned from.</summary>
internal static class WordCounts
{
    /// <summary>The pieces that a pre-tokenizer cuts a text into.</summary>
    public static IEnumerable<string> Words(AlignedText text, IPreTokenizer cutter)
    {
        var cut = new PreTokenizedText(text);
        cutter.Apply(cut);
        return cut.Pieces.Select(piece => cut.Text.Slice(piece.Start, piece.End));
    }

    /// <summary>How often each word occurs.</summary>
    public static Dictionary<string, long> Counted(this IEnumerable<string> words)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var word in words) counts[word] = counts.GetValueOrDefault(word) + 1;
        return counts;
    }
}
