using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Quantization.Checkpoints;

/// <summary>Quantizes models layer by layer, and saves and loads their folders as transformers with bitsandbytes does.</summary>
public static class QuantizedModels
{
    private const string ConfigFile = "config.json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Whether a folder holds a model in four bits.</summary>
    public static bool IsQuantized(string folder) => BitsAndBytesConfig.Read(ModelConfig.ReadJson(Path.Combine(folder, ConfigFile))) is not null;

    /// <summary>Loads a model folder, in four bits or not.</summary>
    /// <param name="folder">A Hugging Face model folder.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">The type to compute in; the stored one if absent.</param>
    /// <exception cref="CheckpointException">Weights are missing, damaged or of another shape; the message names the tensor.</exception>
    /// <exception cref="NotSupportedException">The model is quantized in a way this library lacks.</exception>
    public static CausalLanguageModel Load(string folder, Device device, ScalarType? dtype = null)
    {
        var config = ModelConfig.ReadJson(Path.Combine(folder, ConfigFile));
        if (BitsAndBytesConfig.Read(config) is null) return PretrainedModel.Load<CausalLanguageModel>(folder, device, new LoadOptions { Dtype = dtype });
        using var weights = ModelFolder.Open(folder);
        var model = PretrainedModel.Create<CausalLanguageModel>(config, device, dtype);
        try
        {
            var layers = ModuleTree.OfType<Linear>(model).ToDictionary(layer => layer.Path, layer => layer.Module, StringComparer.Ordinal);
            foreach (var (name, state) in QuantizedTensors.In(weights.TensorNames)) ReplaceByStored(model, layers, weights, name, state);
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

    /// <summary>Replaces every linear layer but the output head by its 4-bit form, one after the other.</summary>
    /// <param name="model">Its full-precision layers are disposed.</param>
    /// <param name="options">Codebook, block size, double quantization.</param>
    /// <param name="progress">Told the number of layers done and of all.</param>
    /// <exception cref="NotFiniteNumberException">A weight holds NaN or infinity; the message names the layer.</exception>
    public static void Quantize(CausalLanguageModel model, Nf4Options options, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        var layers = Targets(model).ToList();
        foreach (var (done, (path, layer)) in layers.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                ModuleTree.Replace(model, path, new Nf4Linear(Nf4Quantizer.Quantize(layer.Weight, options), layer.Bias));
            }
            catch (NotFiniteNumberException e)
            {
                throw new NotFiniteNumberException($"{path}: {e.Message}", e);
            }

            layer.Dispose();
            progress?.Invoke(done + 1, layers.Count);
        }
    }

    /// <summary>Writes a quantized model's folder: weights, config.json with <c>quantization_config</c>, and what else lies in <paramref name="from"/>.</summary>
    /// <param name="model">A model whose linear layers are <see cref="Nf4Linear"/>.</param>
    /// <param name="folder">The folder to write; created.</param>
    /// <param name="from">The folder of the model before it was quantized.</param>
    public static void Save(CausalLanguageModel model, string folder, string from)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var layers = ModuleTree.OfType<Nf4Linear>(model).ToList();
        if (layers.Count == 0) throw new ArgumentException("The model has no quantized layer.", nameof(model));
        var tensors = model.named_parameters().ToDictionary(pair => pair.name, pair => (Tensor)pair.parameter);
        foreach (var (path, layer) in layers)
            foreach (var (name, tensor) in QuantizedTensors.Of($"{path}.weight", layer.Quantized))
                tensors.Add(name, tensor);

        Directory.CreateDirectory(folder);
        ModelFolder.CopyCompanions(from, folder);
        ModelFolder.Save(folder, tensors);
        var config = ModelConfig.ReadJson(Path.Combine(from, ConfigFile));
        var dtype = Nf4Quantizer.DtypeName(model.Dtype);
        config[config.ContainsKey("torch_dtype") ? "torch_dtype" : "dtype"] = dtype;
        SetInOrder(config, BitsAndBytesConfig.Key, new BitsAndBytesConfig { Options = OptionsOf(layers[0].Module), ComputeDtype = dtype }.ToJson());
        File.WriteAllText(Path.Combine(folder, ConfigFile), config.ToJsonString(Indented) + "\n");
    }

    private static Nf4Options OptionsOf(Nf4Linear layer) => new()
    {
        QuantType = layer.Quantized.Codebook.Name,
        BlockSize = layer.Quantized.BlockSize,
        DoubleQuantization = layer.Quantized.Nested is not null,
    };

    /// <summary>transformers leaves the output head alone: rounding it costs more quality than its size is worth.</summary>
    private static IEnumerable<(string Path, Linear Layer)> Targets(CausalLanguageModel model) =>
        ModuleTree.OfType<Linear>(model).Where(layer => layer.Path != model.HeadName && layer.Module is not Nf4Linear);

    private static void ReplaceByStored(CausalLanguageModel model, Dictionary<string, Linear> layers, ModelFolder weights, string name, string state)
    {
        var path = name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;
        var layer = layers.GetValueOrDefault(path) ?? throw new CheckpointException($"'{weights.Folder}' holds '{name}' in four bits, but the model has no linear layer '{path}'.");
        var quantized = QuantizedTensors.Read(weights, name, state);
        if (quantized.Shape is not [var rows, var columns] || rows != layer.OutFeatures || columns != layer.InFeatures)
            throw new CheckpointException($"'{weights.Folder}': tensor '{name}' has the shape [{string.Join(", ", quantized.Shape)}], the model needs [{layer.OutFeatures}, {layer.InFeatures}].");
        using var bias = layer.Bias is null ? null : weights.Read($"{path}.bias").to(model.Dtype).to(model.Device);
        ModuleTree.Replace(model, path, new Nf4Linear(quantized, bias));
        layer.Dispose();
    }

    private static void Fill(CausalLanguageModel model, ModelFolder weights)
    {
        var parameters = model.named_parameters().ToList();
        if (parameters.Where(pair => !weights.Contains(pair.name)).Select(pair => pair.name).ToList() is [_, ..] missing)
            throw new CheckpointException($"'{weights.Folder}' lacks {missing.Count} of the model's tensors: {string.Join(", ", missing.Take(20))}.");
        foreach (var (name, parameter) in parameters) weights.ReadInto(name, parameter);
    }

    /// <summary>Keeps a config whose keys are sorted, as transformers writes it, sorted.</summary>
    private static void SetInOrder(JsonObject config, string key, JsonNode value)
    {
        config.Remove(key);
        var place = config.Select((pair, index) => (pair.Key, index)).FirstOrDefault(pair => string.CompareOrdinal(pair.Key, key) > 0, (Key: key, index: config.Count)).index;
        config.Insert(place, key, value);
    }
}
