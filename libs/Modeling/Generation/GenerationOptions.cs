using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;

namespace Platform.Modeling.Generation;

/// <summary>How new tokens are chosen, and when to stop.</summary>
public sealed record GenerationOptions
{
    public const string FileName = "generation_config.json";

    public int MaxNewTokens { get; init; } = 128;

    /// <summary>False: the most likely token (greedy). True: a random one from what temperature, top-k and top-p leave.</summary>
    public bool Sample { get; init; }

    /// <summary>Divides the logits; above 0.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only the k most likely tokens; 0: all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the most likely tokens whose probabilities reach p together; 1: all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>A row ends with any of these.</summary>
    public IReadOnlyList<long> EosTokenIds { get; init; } = [];

    /// <summary>Fills rows that ended early; the first end token if absent.</summary>
    public long? PadTokenId { get; init; }

    public long Seed { get; init; }

    /// <summary>Everything that is wrong with the options.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (MaxNewTokens < 1) problems.Add($"max_new_tokens is {MaxNewTokens}; it must be at least 1");
        if (Sample && !(Temperature > 0 && double.IsFinite(Temperature))) problems.Add($"temperature is {Temperature}; it must be above 0 (for greedy decoding do not sample)");
        if (TopK < 0) problems.Add($"top_k is {TopK}; it must be at least 0, where 0 keeps all tokens");
        if (!(TopP > 0 && TopP <= 1)) problems.Add($"top_p is {TopP}; it must lie in (0, 1]");
        return problems;
    }

    /// <summary>The defaults a model folder gives: its generation_config.json, completed or replaced by its config.json.</summary>
    /// <exception cref="ModelConfigException">A file is malformed; the message lists every problem.</exception>
    public static GenerationOptions Load(string folder)
    {
        var model = ModelConfig.ReadJson(Path.Combine(folder, "config.json"));
        var path = Path.Combine(folder, FileName);
        var own = File.Exists(path) ? ModelConfig.ReadJson(path) : [];

        // A file that was derived from config.json is as good as that and may be older.
        if (own["_from_model_config"]?.GetValue<bool>() == true) own = [];
        return Read(own, model);
    }

    private static GenerationOptions Read(JsonObject own, JsonObject model)
    {
        var (fields, fallback) = (new ConfigFields(own), new ConfigFields(model));
        var options = new GenerationOptions
        {
            MaxNewTokens = (int)fields.Positive("max_new_tokens", 128),
            Sample = fields.Flag("do_sample"),
            Temperature = fields.Real("temperature", 1),
            TopK = (int)fields.Real("top_k", 0),
            TopP = fields.Real("top_p", 1),
            EosTokenIds = fields.Has("eos_token_id") ? fields.Ids("eos_token_id") : fallback.Ids("eos_token_id"),
            PadTokenId = fields.OptionalId("pad_token_id") ?? fallback.OptionalId("pad_token_id"),
        };
        fields.ThrowIfWrong();
        fallback.ThrowIfWrong();
        return options.Problems() is { Count: > 0 } problems ? throw new ModelConfigException($"{FileName}: {string.Join("; ", problems)}.") : options;
    }
}
