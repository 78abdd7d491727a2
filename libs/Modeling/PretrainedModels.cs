using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>Loads and saves Hugging Face model folders.</summary>
public static class PretrainedModels
{
    private const string ConfigFile = "config.json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private static readonly Dictionary<string, ScalarType> DtypeNames = new()
    {
        ["float32"] = ScalarType.Float32,
        ["float16"] = ScalarType.Float16,
        ["bfloat16"] = ScalarType.BFloat16,
    };

    /// <param name="dtype">the type to compute in; the stored one if absent</param>
    /// <param name="configFile">another file than config.json</param>
    /// <exception cref="ModelConfigException">The config is missing, wrong, or of an unknown family.</exception>
    /// <exception cref="CheckpointException">Weights are missing, damaged or of another shape.</exception>
    public static CausalLanguageModel LoadCausalLm(string folder, Device device, ScalarType? dtype = null, string configFile = ConfigFile)
    {
        var config = ReadConfig(Path.Combine(folder, configFile));
        using var weights = ModelFolder.Open(folder);
        var model = ModelFamily.Of(config).Create(config, dtype ?? StoredDtype(config), device);
        try
        {
            Fill(model, weights);
            model.eval();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>A model without values, for <see cref="CausalLanguageModel.Initialize"/>.</summary>
    public static CausalLanguageModel Create(JsonObject config, Device device, ScalarType? dtype = null) =>
        ModelFamily.Of(config).Create(config, dtype ?? StoredDtype(config), device);

    /// <summary>Reads a config.json.</summary>
    /// <exception cref="ModelConfigException">The file is missing or no JSON object.</exception>
    public static JsonObject ReadConfig(string file)
    {
        if (!File.Exists(file)) throw new ModelConfigException($"'{file}' is missing.");
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(file)) as JsonObject ?? throw new ModelConfigException($"'{file}' is no JSON object.");
        }
        catch (JsonException failure)
        {
            throw new ModelConfigException($"'{file}' is no JSON: {failure.Message}", failure);
        }
    }

    /// <summary>
    /// Writes weights and config. What else the folder <paramref name="from"/> holds is copied, its config.json is kept except
    /// for the type, and its shards are kept.
    /// </summary>
    /// <param name="dtype">the type to store; the model's if absent</param>
    public static void Save(CausalLanguageModel model, string folder, string? from = null, ScalarType? dtype = null)
    {
        var stored = dtype ?? model.Dtype;
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var tensors = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.detach().to(stored));

        Directory.CreateDirectory(folder);
        if (from is not null) ModelFolder.CopyCompanions(from, folder);
        var config = from is null ? model.Config.ToJson() : ReadConfig(Path.Combine(from, ConfigFile));
        config[config.ContainsKey("dtype") ? "dtype" : "torch_dtype"] = DtypeNames.First(pair => pair.Value == stored).Key;
        AtomicFile.Write(Path.Combine(folder, ConfigFile), config.ToJsonString(Indented) + "\n");

        CheckpointIndex? layout = null;
        if (from is not null)
        {
            using var source = ModelFolder.Open(from);
            layout = source.Index;
        }

        ModelFolder.Save(folder, tensors, layout);
    }

    private static void Fill(CausalLanguageModel model, ModelFolder weights)
    {
        var parameters = model.named_parameters().ToList();
        var missing = parameters.Where(pair => !weights.Contains(pair.name)).Select(pair => pair.name).ToList();
        if (missing.Count > 0)
        {
            throw new CheckpointException($"'{weights.Folder}' lacks {missing.Count} of the model's {parameters.Count} tensors: {string.Join(", ", missing.Take(20))}{(missing.Count > 20 ? ", …" : "")}.");
        }

        foreach (var (name, parameter) in parameters) weights.ReadInto(name, parameter);
    }

    private static ScalarType StoredDtype(JsonObject config)
    {
        var name = (config["dtype"] ?? config["torch_dtype"])?.ToString() ?? "float32";
        return DtypeNames.TryGetValue(name, out var dtype)
            ? dtype
            : throw new ModelConfigException($"config.json: dtype is '{name}'; known are {string.Join(", ", DtypeNames.Keys)}.");
    }
}
