using System.Text.Json.Nodes;
using Platform.Modeling.Tokenization.SentencePiece;

namespace Platform.Modeling.Tokenization.Training;

/// <summary>
/// Learns a SentencePiece vocabulary of the kind that LLaMA and ChatGLM have: BPE over characters with bytes for what no piece covers.
/// Spaces become part of the word behind them; see <see cref="MergeLearning"/>. Differs from SentencePiece's own trainer: texts are
/// not normalised, and of equally frequent pairs the one with the smaller ids merges first.
/// </summary>
public sealed class SentencePieceTrainer
{
    private const char Mark = '▁';

    /// <summary>Pieces in all: three of its own, 256 bytes, the characters of the texts and merges.</summary>
    public required int VocabularySize { get; init; }

    public int MinimumFrequency { get; init; } = 2;

    /// <summary>Written into tokenizer_config.json, with the tokens' names and the class.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>Learns, and writes <c>tokenizer.model</c> and <c>tokenizer_config.json</c> into the folder.</summary>
    /// <exception cref="ArgumentException">The characters of the texts do not fit into the vocabulary.</exception>
    public void Train(IEnumerable<string> texts, string folder)
    {
        var counts = texts.SelectMany(Words).Counted();
        List<(string Piece, float Score, PieceType Type)> first =
        [
            ("<unk>", 0, PieceType.Unknown), ("<s>", 0, PieceType.Control), ("</s>", 0, PieceType.Control),
            .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0f, PieceType.Byte)),
        ];
        var characters = counts.Keys.SelectMany(Characters).Distinct().Order(StringComparer.Ordinal).ToList();
        if (first.Count + characters.Count > VocabularySize)
            throw new ArgumentException($"VocabularySize is {VocabularySize}; it must be at least {first.Count + characters.Count}: three pieces, 256 bytes and the characters of the texts.");

        var vocabulary = characters.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        MergeLearning.Learn(
            counts.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (Characters(entry.Key), entry.Value)),
            vocabulary, VocabularySize - first.Count, MinimumFrequency, string.Concat);

        // What merged earlier scores higher; characters are no merges and come last, as SentencePiece orders them.
        var learned = vocabulary.OrderBy(entry => entry.Value).Select(entry => entry.Key).ToList();
        var ordered = learned.Skip(characters.Count).Concat(characters).Index().Select(entry => (entry.Item, -(float)entry.Index, PieceType.Normal));
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "tokenizer.model"), SentencePieceWriter.BytePair([.. first, .. ordered]));
        TrainerFiles.WriteJson(folder, "tokenizer_config.json", Config);
    }

    private static IEnumerable<string> Characters(string word) => word.EnumerateRunes().Select(rune => rune.ToString());

    // Each space begins a word, and one stands in front of the text.
    private static IEnumerable<string> Words(string text)
    {
        var marked = Mark + text.Replace(' ', Mark);
        for (var start = 0; start < marked.Length;)
        {
            var end = marked.IndexOf(Mark, start + 1);
            if (end < 0) end = marked.Length;
            yield return marked[start..end];
            start = end;
        }
    }
}
