using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Generation;

namespace Platform.Modeling.Whisper;

/// <summary>
/// The tokens that tell Whisper's decoder what to write: start, language, task, no timestamps. Composed as transformers' generate does.
/// </summary>
public sealed class SpeechPrompts
{
    private readonly int _start;
    private readonly IReadOnlyDictionary<string, int> _languages; // <|en|> -> id; empty: one language only
    private readonly IReadOnlyDictionary<string, int> _tasks;
    private readonly int? _noTimestamps;
    private readonly IReadOnlyList<int?>? _forced;                // of the places after the start, null where it is to be found out
    private readonly SpeechTask _task;
    private readonly bool? _multilingual;

    private SpeechPrompts(ConfigFields fields, JsonObject config)
    {
        _start = (int?)(fields.OptionalId("decoder_start_token_id") ?? new ConfigFields(config).OptionalId("decoder_start_token_id"))
            ?? fields.Wrong("decoder_start_token_id", "is missing here and in config.json; the decoder needs a token to begin with", 0);
        _languages = Table(fields, "lang_to_id");
        _tasks = Table(fields, "task_to_id");
        _noTimestamps = (int?)fields.OptionalId("no_timestamps_token_id");
        _multilingual = fields.Has("is_multilingual") ? fields.Flag("is_multilingual") : null;
        _forced = Forced(fields) ?? Forced(new ConfigFields(config));
        _task = new SpeechTask(fields.Has("language") ? fields.Text("language", "") : null, fields.Has("task") ? fields.Text("task", "") : null);
        fields.Require(!fields.Flag("return_timestamps"), "return_timestamps is true; transcripts with timestamps are not supported, set it to false");
    }

    /// <summary>The languages the model knows, as <c>&lt;|en|&gt;</c>, and their tokens.</summary>
    public IReadOnlyDictionary<string, int> Languages => _languages;

    /// <summary>What every prompt begins with.</summary>
    public int Start => _start;

    /// <summary>Reads generation_config.json of a model folder.</summary>
    /// <exception cref="ModelConfigException">It is missing or wrong; the message lists all.</exception>
    public static SpeechPrompts Load(string folder)
    {
        var config = ModelConfig.ReadJson(Path.Combine(folder, ModelConfig.FileName));
        var file = Path.Combine(folder, GenerationOptions.FileName);
        var fields = new ConfigFields(File.Exists(file) ? ModelConfig.ReadJson(file) : config, File.Exists(file) ? GenerationOptions.FileName : ModelConfig.FileName);
        var prompts = new SpeechPrompts(fields, config);
        fields.ThrowIfWrong();
        return prompts;
    }

    /// <summary>Whether a language must be detected before a prompt can be composed.</summary>
    public bool NeedsDetection(SpeechTask? task = null)
    {
        var (language, forced) = Wanted(task);
        return language.Language is null && _languages.Count > 0 && (forced.Count == 0 || forced[0] is null);
    }

    /// <param name="detected">the token of the language, where <see cref="NeedsDetection"/></param>
    /// <exception cref="ArgumentException">The model does not know the language or the task.</exception>
    public IReadOnlyList<int> Of(SpeechTask? task = null, int? detected = null)
    {
        var (wanted, forced) = Wanted(task);
        if (_multilingual == false && (task?.Language ?? task?.Name) is not null) throw new ArgumentException("The model knows one language and one task; give neither.");

        List<int?> tokens = [_start, .. forced];
        if (wanted.Language is { } language) Place(tokens, LanguageToken(language));
        else if (detected is { } found) Place(tokens, found);

        var named = tokens.FindIndex(token => token is { } id && _tasks.Values.Contains(id));
        if (wanted.Name is { } name)
        {
            var id = TaskToken(name);
            if (named < 0) tokens.Add(id);
            else tokens[named] = id;
        }
        else if (wanted.Language is not null && named < 0 && _tasks.ContainsKey(SpeechTask.Transcribe)) tokens.Add(_tasks[SpeechTask.Transcribe]);

        if (_noTimestamps is { } none && tokens[^1] != none) tokens.Add(none);
        return [.. tokens.OfType<int>()];

        static void Place(List<int?> tokens, int language)
        {
            if (tokens.Count > 1) tokens[1] = language;
            else tokens.Add(language);
        }
    }

    /// <summary>Forced tokens are the older way to say the same: they count only where neither language nor task is given.</summary>
    private (SpeechTask Task, IReadOnlyList<int?> Forced) Wanted(SpeechTask? task)
    {
        var wanted = new SpeechTask(task?.Language ?? _task.Language, task?.Name ?? _task.Name);
        return (wanted, wanted is { Language: null, Name: null } && _forced is not null ? _forced : []);
    }

    private int LanguageToken(string language)
    {
        var name = language.ToLowerInvariant();
        var token = name.StartsWith("<|", StringComparison.Ordinal) ? name : $"<|{WhisperLanguages.CodeOf(name) ?? name}|>";
        return _languages.TryGetValue(token, out var id)
            ? id
            : throw new ArgumentException($"The language is '{language}'; the model knows {(_languages.Count == 0 ? "no language tokens" : string.Join(", ", _languages.Keys.Select(known => known.Trim('<', '|', '>')).Order(StringComparer.Ordinal)))}.");
    }

    private int TaskToken(string name) => _tasks.TryGetValue(name, out var id)
        ? id
        : throw new ArgumentException($"The task is '{name}'; the model knows {(_tasks.Count == 0 ? "no task tokens" : string.Join(", ", _tasks.Keys.Order(StringComparer.Ordinal)))}.");

    private static Dictionary<string, int> Table(ConfigFields fields, string key)
    {
        if (fields.Json[key] is not JsonObject table) return [];
        return table.ToDictionary(pair => pair.Key, pair => pair.Value is JsonValue value && value.TryGetValue<int>(out var id) ? id : fields.Wrong(key, $"says {pair.Value?.ToJsonString() ?? "null"} of '{pair.Key}'; it must hold token ids", 0));
    }

    /// <summary>Places from 1 on without a gap; anything else is no prompt of Whisper's.</summary>
    private static List<int?>? Forced(ConfigFields fields)
    {
        const string key = "forced_decoder_ids";
        if (fields.Json[key] is not JsonArray { Count: > 0 } pairs) return null;
        List<int?> tokens = [];
        foreach (var pair in pairs)
        {
            if (pair is not JsonArray { Count: 2 } both || both[0] is not JsonValue place || !place.TryGetValue<int>(out var at) || at != tokens.Count + 1)
            {
                return fields.Wrong<List<int?>?>(key, $"is {pairs.ToJsonString()}; its places must be 1, 2, … without a gap", null);
            }

            tokens.Add(both[1] is JsonValue token && token.TryGetValue<int>(out var id) ? id : null);
        }

        return tokens;
    }
}
