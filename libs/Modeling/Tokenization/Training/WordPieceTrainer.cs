using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Modeling.Tokenization.Normalizers;
using Platform.Modeling.Tokenization.PreTokenizers;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Training;

/// <summary>
/// Learns BERT's WordPiece vocabulary from texts: lower-cased words, pieces inside a word marked with <c>##</c>.
/// Differs from the paper (Schuster and Nakajima, 2012): merges are chosen by frequency, as the trainer of Hugging Face's tokenizers does,
/// not by likelihood.
/// </summary>
public sealed class WordPieceTrainer
{
    private const string Inside = "##";

    // In the order that BERT's own files have.
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    /// <summary>Tokens in all: five special ones, the characters of the texts and merges.</summary>
    public required int VocabularySize { get; init; }

    public int MinimumFrequency { get; init; } = 2;

    /// <summary>Learns, and writes <c>vocab.txt</c> and <c>tokenizer_config.json</c> into the folder.</summary>
    /// <exception cref="ArgumentException">The characters of the texts do not fit into the vocabulary.</exception>
    public void Train(IEnumerable<string> texts, string folder)
    {
        var counts = CountWords(texts);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var alphabet = counts.Keys.SelectMany(First).Distinct().Order(StringComparer.Ordinal);
        foreach (var token in Special.Concat(alphabet)) vocabulary.Add(token, vocabulary.Count);
        if (vocabulary.Count > VocabularySize) throw new ArgumentException($"VocabularySize is {VocabularySize}; it must be at least {vocabulary.Count}: the special tokens and the characters of the texts.");
        MergeLearning.Learn(
            counts.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (First(entry.Key), entry.Value)),
            vocabulary, VocabularySize, MinimumFrequency, (left, right) => left + right[Inside.Length..]);

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "vocab.txt"), string.Concat(vocabulary.OrderBy(entry => entry.Value).Select(entry => entry.Key + "\n")));
        TrainerFiles.WriteJson(folder, "tokenizer_config.json", new JsonObject
        {
            ["tokenizer_class"] = "BertTokenizer",
            ["do_lower_case"] = true,
            ["pad_token"] = "[PAD]",
            ["unk_token"] = "[UNK]",
            ["cls_token"] = "[CLS]",
            ["sep_token"] = "[SEP]",
            ["mask_token"] = "[MASK]",
        });
    }

    private static IEnumerable<string> First(string word) =>
        word.EnumerateRunes().Select((rune, place) => place == 0 ? rune.ToString() : Inside + rune);

    private static Dictionary<string, long> CountWords(IEnumerable<string> texts)
    {
        using var normalizerDefinition = JsonDocument.Parse("""{"type": "BertNormalizer"}""");
        using var cutterDefinition = JsonDocument.Parse("""{"type": "BertPreTokenizer"}""");
        var (normalizer, cutter) = (NormalizerReader.Read(normalizerDefinition.RootElement), PreTokenizerReader.Read(cutterDefinition.RootElement));
        return texts.SelectMany(text => WordCounts.Words(normalizer.Normalize(AlignedText.Of(text)), cutter)).Counted();
    }
}
