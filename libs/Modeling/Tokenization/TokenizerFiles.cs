using System.Globalization;
using System.Text.Json;
using Platform.Modeling.Tokenization.AddedTokens;
using Platform.Modeling.Tokenization.SentencePiece;

namespace Platform.Modeling.Tokenization;

/// <summary>The files of a folder that belong to its tokenizer.</summary>
internal sealed class TokenizerFiles
{
    // What LLaMA, T5, XLM-RoBERTa and DeBERTa call theirs.
    private static readonly string[] SentencePieceNames = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "spm.model"];

    private static readonly string[] Names =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
        "vocab.txt", .. SentencePieceNames, "chat_template.jinja", "normalizer.json",
    ];

    private readonly string _folder;
    private readonly Dictionary<string, byte[]> _content;

    private TokenizerFiles(string folder, Dictionary<string, byte[]> content)
    {
        (_folder, _content) = (folder, content);
        Config = Reading("tokenizer_config.json", () => new TokenizerConfig(Json("tokenizer_config.json"), Json("special_tokens_map.json")));
    }

    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    public static TokenizerFiles Read(string folder) => new(folder, Names
        .Where(name => File.Exists(Path.Combine(folder, name)))
        .ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(folder, name)), StringComparer.Ordinal));

    public static TokenizerFiles Of(string definition) => new("", new() { ["tokenizer.json"] = System.Text.Encoding.UTF8.GetBytes(definition) });

    public TokenizerConfig Config { get; }

    /// <summary>The parts that the files describe: of tokenizer.json where there is one, or what the older files stand for.</summary>
    /// <exception cref="InvalidDataException">A file is damaged or contradicts itself.</exception>
    public TokenizerPipeline Pipeline()
    {
        var (name, read) = Source();
        return Reading(name, read);
    }

    private T Reading<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        // What the readers of JSON throw where a field is missing or of another type.
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"'{Path.Combine(_folder, name)}' is damaged: {damage.Message}", damage);
        }
    }

    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, bytes) in _content) File.WriteAllBytes(Path.Combine(folder, name), bytes);
    }

    private (string Name, Func<TokenizerPipeline> Read) Source()
    {
        if (_content.TryGetValue("tokenizer.json", out var definition)) return ("tokenizer.json", () => TokenizerPipeline.Read(definition));
        if (SentencePieceNames.FirstOrDefault(_content.ContainsKey) is { } model)
            return (model, () => SentencePiecePipeline.Of(SentencePieceFile.Read(_content[model]), Config, ListedTokens()));
        if (_content.TryGetValue("vocab.json", out var vocabulary) && _content.TryGetValue("merges.txt", out var merges))
            return ("vocab.json", () => TokenizerPipeline.Read(ByteLevelDefinition.Of(vocabulary, merges, Config)));
        if (_content.TryGetValue("vocab.txt", out var words)) return ("vocab.txt", () => TokenizerPipeline.Read(WordPieceDefinition.Of(words, Config)));
        throw new FileNotFoundException(
            $"'{_folder}' has no tokenizer; expected tokenizer.json, or vocab.json with merges.txt, or tokenizer.model, or vocab.txt.", Path.Combine(_folder, "tokenizer.json"));
    }

    // Tokens besides the model's: added_tokens_decoder of tokenizer_config.json, before it added_tokens.json.
    private IEnumerable<AddedToken> ListedTokens()
    {
        if (Config.Json?.Part("added_tokens_decoder") is { } listed)
        {
            foreach (var entry in listed.EnumerateObject())
            {
                if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) throw new InvalidDataException($"tokenizer_config.json has added_tokens_decoder.{entry.Name}; expected a token's id.");
                yield return AddedToken.Read(entry.Value, id);
            }
        }

        foreach (var entry in Json("added_tokens.json")?.EnumerateObject().ToList() ?? [])
            yield return new AddedToken(entry.Value.GetInt32(), entry.Name, SingleWord: false, LeftStrip: false, RightStrip: false, Normalized: true, Special: false);
    }

    private JsonElement? Json(string name)
    {
        if (!_content.TryGetValue(name, out var bytes)) return null;
        return Reading(name, () =>
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.Clone();
        });
    }
}
