using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Platform.Tokenizers.Bench;

/// <summary>The same vocabularies in Microsoft.ML.Tokenizers, which gives ids as its fast path; each returns how many.</summary>
internal static partial class Peers
{
    public static Func<string, int> BytePair(Vocabularies vocabularies)
    {
        var model = vocabularies.Definition["model"]!;
        var tokenizer = BpeTokenizer.Create(new BpeOptions(model["vocab"]!.AsObject().Select(entry => KeyValuePair.Create(entry.Key, (int)entry.Value!)))
        {
            Merges = model["merges"]!.AsArray().Select(merge => $"{merge![0]} {merge[1]}"),
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(Gpt2Words(), null),
        });
        return text => tokenizer.EncodeToIds(text).Count;
    }

    public static Func<string, int> WordPiece(Vocabularies vocabularies)
    {
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', vocabularies.WordPieces())));
        var tokenizer = BertTokenizer.Create(lines, new BertOptions { LowerCaseBeforeTokenization = true, RemoveNonSpacingMarks = true });
        return text => tokenizer.EncodeToIds(text, addSpecialTokens: false).Count;
    }

    public static Func<string, int> SentencePiece(string folder)
    {
        using var model = File.OpenRead(Path.Combine(folder, "tokenizer.model"));
        var tokenizer = SentencePieceTokenizer.Create(model, addBeginningOfSentence: false, addEndOfSentence: false);
        return text => tokenizer.EncodeToIds(text).Count;
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Gpt2Words();
}
