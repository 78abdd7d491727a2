using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Modeling.Tokenization.PreTokenizers;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Training;

/// <summary>
/// Learns a byte-level BPE vocabulary (Sennrich et al. 2016, https://arxiv.org/abs/1508.07909) from texts. Deterministic: of equally
/// frequent pairs the one with the smaller ids merges first. Differs from the paper: words are GPT-2's, and pairs seen fewer
/// than <see cref="MinimumFrequency"/> times do not merge.
/// </summary>
public sealed class BpeTrainer
{
    /// <summary>Tokens in all: special tokens, 256 bytes and merges.</summary>
    public required int VocabularySize { get; init; }

    public int MinimumFrequency { get; init; } = 2;

    /// <summary>They get the first ids, in this order.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];

    public string? BosToken { get; init; }

    public string? EosToken { get; init; }

    public string? PadToken { get; init; }

    /// <summary>Put <see cref="BosToken"/> in front of every text that is encoded.</summary>
    public bool AddBosToken { get; init; }

    /// <summary>Written into tokenizer_config.json.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Learns, and writes <c>tokenizer.json</c> and <c>tokenizer_config.json</c> into the folder.</summary>
    /// <exception cref="ArgumentException">The settings contradict each other; the message names every fault.</exception>
    public void Train(IEnumerable<string> texts, string folder)
    {
        Check();
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var token in SpecialTokens) vocabulary.Add(token, vocabulary.Count);
        foreach (var character in ByteAlphabet.Characters.Order()) vocabulary.Add(character.ToString(), vocabulary.Count);
        var merges = Learn(CountWords(texts), vocabulary);

        var definition = ByteLevelDefinition.Of(vocabulary, merges, SpecialTokens, addPrefixSpace: false);
        if (AddBosToken) definition["post_processor"] = ByteLevelDefinition.StartTemplate(BosToken!, vocabulary[BosToken!]);
        var config = new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast", ["clean_up_tokenization_spaces"] = false };
        foreach (var (name, token) in new[] { ("bos_token", BosToken), ("eos_token", EosToken), ("pad_token", PadToken), ("chat_template", ChatTemplate) })
        {
            if (token is not null) config[name] = token;
        }

        Directory.CreateDirectory(folder);
        var options = new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), definition.ToJsonString(options) + "\n");
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), config.ToJsonString(options) + "\n");
    }

    private void Check()
    {
        List<string> problems = [];
        if (VocabularySize < SpecialTokens.Count + 256) problems.Add($"VocabularySize is {VocabularySize}; it must be at least {SpecialTokens.Count + 256}: the special tokens and 256 bytes.");
        if (MinimumFrequency < 1) problems.Add($"MinimumFrequency is {MinimumFrequency}; it must be at least 1.");
        foreach (var token in new[] { BosToken, EosToken, PadToken })
        {
            if (token is not null && !SpecialTokens.Contains(token)) problems.Add($"'{token}' is not among SpecialTokens; add it there.");
        }

        if (AddBosToken && BosToken is null) problems.Add("AddBosToken needs BosToken.");
        if (problems.Count > 0) throw new ArgumentException(string.Join(' ', problems));
    }

    private static Dictionary<string, long> CountWords(IEnumerable<string> texts)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var cutter = new ByteLevelPreTokenizer(addPrefixSpace: false, cutWords: true);
        foreach (var text in texts)
        {
            var cut = new PreTokenizedText(AlignedText.Of(text));
            cutter.Apply(cut);
            foreach (var (start, end) in cut.Pieces)
            {
                var word = cut.Text.Slice(start, end);
                counts[word] = counts.GetValueOrDefault(word) + 1;
            }
        }

        return counts;
    }

    private List<(string Left, string Right)> Learn(Dictionary<string, long> counts, Dictionary<string, int> vocabulary)
    {
        var tokens = vocabulary.OrderBy(entry => entry.Value).Select(entry => entry.Key).ToList();
        var pairs = new PairStatistics(counts.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry =>
            (entry.Key.Select(character => vocabulary[character.ToString()]).ToList(), entry.Value)));
        List<(string, string)> merges = [];
        while (tokens.Count < VocabularySize && pairs.MostFrequent() is var ((left, right), count) && count >= MinimumFrequency)
        {
            // Two merges may spell the same token; it keeps its first id.
            var merged = tokens[left] + tokens[right];
            if (!vocabulary.TryGetValue(merged, out var id))
            {
                id = tokens.Count;
                vocabulary.Add(merged, id);
                tokens.Add(merged);
            }

            merges.Add((tokens[left], tokens[right]));
            pairs.Merge((left, right), id);
        }

        return merges;
    }
}
