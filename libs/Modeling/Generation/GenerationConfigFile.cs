using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;

namespace Platform.Modeling.Generation;

/// <summary>Reads the generation options that a model folder gives.</summary>
internal static class GenerationConfigFile
{
    // Where a file that asks for sampling does not say otherwise, transformers keeps so many.
    private const int TopKByDefault = 50;

    /// <summary>Values that change what is generated and that nothing here computes, with those that change nothing.</summary>
    private static readonly (string Key, double Harmless)[] Unsupported =
    [
        ("num_beam_groups", 1), ("diversity_penalty", 0), ("penalty_alpha", 0), ("guidance_scale", 1), ("typical_p", 1), ("epsilon_cutoff", 0),
        ("eta_cutoff", 0), ("top_h", 1), ("encoder_repetition_penalty", 1), ("encoder_no_repeat_ngram_size", 0),
    ];

    /// <summary>Reads generation_config.json; without it, or where it was derived from config.json, that file's own settings.</summary>
    /// <exception cref="ModelConfigException">A file is malformed or asks for what is not there; the message lists every problem.</exception>
    public static GenerationOptions Load(string folder)
    {
        var model = ModelConfig.ReadJson(Path.Combine(folder, "config.json"));
        var path = Path.Combine(folder, GenerationOptions.FileName);
        var own = File.Exists(path) ? ModelConfig.ReadJson(path) : null;

        // A file that was derived from config.json is as good as that and may be older.
        var derived = own?["_from_model_config"] is JsonValue flag && flag.TryGetValue<bool>(out var isDerived) && isDerived;
        if (own is null || derived) own = model;

        var fields = new ConfigFields(own, ReferenceEquals(own, model) ? "config.json" : GenerationOptions.FileName);
        var options = Read(fields, model);
        foreach (var problem in options.Problems()) fields.Require(false, problem);
        foreach (var (key, harmless) in Unsupported)
        {
            var value = fields.Real(key, harmless);
            fields.Require(value == harmless, $"{key} is {value}; only {harmless} is supported");
        }

        fields.ThrowIfWrong();
        return options;
    }

    private static GenerationOptions Read(ConfigFields fields, JsonObject model) => new()
    {
        MaxNewTokens = fields.Has("max_new_tokens") ? (int)fields.Positive("max_new_tokens") : null,
        MaxLength = fields.Has("max_length") ? (int)fields.Positive("max_length") : null,
        MinNewTokens = (int)fields.Real("min_new_tokens", 0),
        MinLength = (int)fields.Real("min_length", 0),
        Sample = fields.Flag("do_sample"),
        Temperature = fields.Real("temperature", 1),
        TopK = (int)fields.Real("top_k", fields.Json.ContainsKey("top_k") ? 0 : TopKByDefault),
        TopP = fields.Real("top_p", 1),
        MinP = fields.Real("min_p", 0),
        RepetitionPenalty = fields.Real("repetition_penalty", 1),
        NoRepeatNgramSize = (int)fields.Real("no_repeat_ngram_size", 0),
        BannedWords = Lists(fields, "bad_words_ids"),
        SuppressedTokens = Ids(fields, "suppress_tokens"),
        BeginSuppressedTokens = Ids(fields, "begin_suppress_tokens"),
        ForcedBosTokenId = (int?)fields.OptionalId("forced_bos_token_id"),
        ForcedEosTokenIds = Ids(fields, "forced_eos_token_id"),
        ForcedDecoderTokens = Places(fields),
        DecoderStartTokenId = (int?)(Id(fields, model, "decoder_start_token_id") ?? Id(fields, model, "bos_token_id")),
        Beams = (int)fields.Positive("num_beams", 1),
        LengthPenalty = fields.Real("length_penalty", 1),
        EarlyStopping = EarlyStoppingOf(fields),
        ReturnSequences = (int)fields.Positive("num_return_sequences", 1),
        EosTokenIds = Holder(fields, model, "eos_token_id").Ids("eos_token_id"),
        StopStrings = fields.Json["stop_strings"] switch
        {
            JsonValue one => [one.ToString()],
            JsonArray several => [.. several.Select(text => text?.ToString() ?? "")],
            _ => [],
        },
        PadTokenId = Id(fields, model, "pad_token_id"),
    };

    private static long? Id(ConfigFields fields, JsonObject model, string key) => Holder(fields, model, key).OptionalId(key);

    /// <summary>What the file lacks, the model's config says, or the part of it that is about text.</summary>
    private static ConfigFields Holder(ConfigFields fields, JsonObject model, string key) =>
        new[] { fields.Json, model, model["text_config"] as JsonObject, model["decoder"] as JsonObject }
            .Where(json => json?[key] is not null)
            .Select(json => ReferenceEquals(json, fields.Json) ? fields : new ConfigFields(json!))
            .FirstOrDefault(fields);

    private static EarlyStopping EarlyStoppingOf(ConfigFields fields) => fields.Json["early_stopping"] switch
    {
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.ToString() == "never"
            ? EarlyStopping.Never
            : fields.Wrong("early_stopping", $"is '{text}'; it must be true, false or \"never\"", EarlyStopping.Never),
        _ => fields.Flag("early_stopping") ? EarlyStopping.WhenFull : EarlyStopping.WhenUnlikelyToImprove,
    };

    private static int[] Ids(ConfigFields fields, string key) => [.. fields.Ids(key).Select(id => (int)id)];

    private static IReadOnlyList<IReadOnlyList<int>> Lists(ConfigFields fields, string key) => fields.Json[key] switch
    {
        null => [],
        JsonArray lists when lists.All(list => list is JsonArray) => [.. lists.Select(list => Ids(new ConfigFields(new JsonObject { [key] = list!.DeepClone() }), key))],
        var other => fields.Wrong(key, $"is {other.ToJsonString()}; it must be a list of lists of token ids", Array.Empty<int[]>()),
    };

    /// <summary>Pairs of place and token; a pair without a token leaves the place free.</summary>
    private static Dictionary<int, int> Places(ConfigFields fields)
    {
        const string key = "forced_decoder_ids";
        if (fields.Json[key] is not JsonArray pairs) return [];
        Dictionary<int, int> places = [];
        foreach (var pair in pairs)
        {
            if (pair is not JsonArray { Count: 2 } both || both[0] is not JsonValue place || !place.TryGetValue<int>(out var at)) return fields.Wrong(key, $"is {pairs.ToJsonString()}; it must be a list of pairs of place and token", places);
            if (both[1] is JsonValue token && token.TryGetValue<int>(out var id)) places[at] = id;
        }

        return places;
    }
}
