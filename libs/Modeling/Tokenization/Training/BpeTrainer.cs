using System.Text.Json.Nodes;
using Platform.Modeling.Tokenization.PreTokenizers;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Training;

/// <summary>
/// Learns a byte-level BPE vocabulary from texts; see <see cref="MergeLearning"/>. Differs from the paper: words are GPT-2's.
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
        var cutter = new ByteLevelPreTokenizer(addPrefixSpace: false, cutWords: true);
        var words = texts.SelectMany(text => WordCounts.Words(AlignedText.Of(text), cutter)).Counted();
        var merges = MergeLearning.Learn(
            words.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key.Select(character => character.ToString()), entry.Value)),
            vocabulary, VocabularySize, MinimumFrequency, string.Concat);

        var definition = ByteLevelDefinition.Of(vocabulary, merges, SpecialTokens, addPrefixSpace: false);
        if (AddBosToken) definition["post_processor"] = ByteLevelDefinition.StartTemplate(BosToken!, vocabulary[BosToken!]);
        var config = new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast", ["clean_up_tokenization_spaces"] = false };
        foreach (var (name, token) in new[] { ("bos_token", BosToken), ("eos_token", EosToken), ("pad_token", PadToken), ("chat_template", ChatTemplate) })
        {
            if (token is not null) config[name] = token;
        }

        TrainerFiles.WriteJson(folder, "tokenizer.json", definition);
        TrainerFiles.WriteJson(folder, "tokenizer_config.json", config);
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
}
