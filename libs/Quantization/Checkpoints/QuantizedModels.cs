using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Quantization.Checkpoints;

/// <summary>Quantizes models layer by layer, and saves and loads their folders as the Python libraries do.</summary>
public static class QuantizedModels
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Whether a folder holds a model in few bits.</summary>
    public static bool IsQuantized(string folder) => WeightFormats.Of(ModelConfig.ReadJson(Path.Combine(folder, ModelConfig.FileName))) is not null;

    /// <summary>Loads a language model, quantized or not.</summary>
    /// <inheritdoc cref="Load{T}(string, Device, LoadOptions?)"/>
    /// <param name="dtype">The type to compute in; the stored one if absent.</param>
    public static CausalLanguageModel Load(string folder, Device device, ScalarType? dtype = null) => Load<CausalLanguageModel>(folder, device, new LoadOptions { Dtype = dtype });

    /// <summary>Loads a model folder for a task, quantized or not.</summary>
    /// <param name="folder">A Hugging Face model folder.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="options">How; the defaults if absent.</param>
    /// <exception cref="CheckpointException">Weights are missing, damaged or of another shape; the message names the tensor.</exception>
    /// <exception cref="NotSupportedException">The model is quantized in a way this library lacks.</exception>
    public static T Load<T>(string folder, Device device, LoadOptions? options = null)
        where T : PretrainedModel
    {
        options ??= new LoadOptions();
        return WeightFormats.Of(ModelConfig.ReadJson(Path.Combine(folder, options.ConfigFile))) is { } format
            ? PretrainedModel.Load<T>(folder, device, options with { Prepare = (model, stored) => ReplaceByStored(model, stored, format) })
            : PretrainedModel.Load<T>(folder, device, options);
    }

    /// <summary>Replaces every linear layer but the output head by its 4-bit form, one after the other.</summary>
    /// <inheritdoc cref="Quantize(PretrainedModel, Func{Linear, QuantizedLinear}, Action{int, int}?, CancellationToken)"/>
    /// <param name="options">Codebook, block size, double quantization.</param>
    public static void Quantize(PretrainedModel model, Nf4Options options, Action<int, int>? progress = null, CancellationToken cancellation = default) =>
        Quantize(model, layer => new Nf4Linear(Nf4Quantizer.Quantize(layer.Weight, options), layer.Bias), progress, cancellation);

    /// <summary>Replaces every linear layer but the output head, one after the other.</summary>
    /// <param name="model">Its full-precision layers are disposed.</param>
    /// <param name="quantize">The quantized form of a layer.</param>
    /// <param name="progress">Told the number of layers done and of all.</param>
    /// <param name="cancellation">Ends the work between two layers.</param>
    /// <exception cref="NotFiniteNumberException">A weight holds NaN or infinity; the message names the layer.</exception>
    public static void Quantize(PretrainedModel model, Func<Linear, QuantizedLinear> quantize, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        var layers = QuantizableLayers.Of(model).ToList();
        foreach (var (done, (path, layer)) in layers.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                Put(model, path, quantize(layer));
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
    /// <param name="model">A model with quantized linear layers, all of one format.</param>
    /// <param name="folder">The folder to write; created.</param>
    /// <param name="from">The folder of the model before it was quantized.</param>
    public static void Save(PretrainedModel model, string folder, string from)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var layers = ModuleTree.OfType<QuantizedLinear>(model).ToList();
        if (layers.Count == 0) throw new ArgumentException("The model has no quantized layer.", nameof(model));
        var format = layers[0].Module.Format;
        var layout = ModelFamily.Of(model.Config).Layout;
        var tensors = model.named_parameters()
            .SelectMany(pair => layout.Parts(pair.name, pair.parameter) ?? [new StoredPart(pair.name, pair.parameter)])
            .ToDictionary(part => part.Key, part => part.Destination);
        foreach (var (path, layer) in layers)
            foreach (var (name, tensor) in layer.StoredTensors())
                tensors.Add($"{layout.PathOf(path)}.{name}", tensor);

        Directory.CreateDirectory(folder);
        ModelFolder.CopyCompanions(from, folder);
        ModelFolder.Save(folder, tensors);
        var config = ModelConfig.ReadJson(Path.Combine(from, ModelConfig.FileName));
        config[config.ContainsKey("torch_dtype") ? "torch_dtype" : "dtype"] = Nf4Quantizer.DtypeName(model.Dtype);
        SetInOrder(config, WeightFormats.Key, format.ToJson(model.Dtype));
        Write(folder, ModelConfig.FileName, config);
        foreach (var (file, content) in format.Companions) Write(folder, file, content);
    }

    private static void Write(string folder, string file, JsonObject content) => File.WriteAllText(Path.Combine(folder, file), content.ToJsonString(Indented) + "\n");

    private static void ReplaceByStored(PretrainedModel model, StoredTensors stored, IWeightFormat format)
    {
        foreach (var (path, layer) in ModuleTree.OfType<Linear>(model).Where(pair => pair.Module is not TiedLinear).ToList())
        {
            var quantized = stored.PathsOf(path).Select(name => format.Read(stored, name, layer)).FirstOrDefault(found => found is not null);
            if (quantized is null) continue;
            Put(model, path, quantized);
            layer.Dispose();
        }
    }

    private static void Put(PretrainedModel model, string path, QuantizedLinear layer)
    {
        ModuleTree.Replace(model, path, layer);
        if (layer.MixesRows && model is CausalLanguageModel language) language.HidesAllPadding = true;
    }

    /// <summary>Keeps a config whose keys are sorted, as transformers writes it, sorted.</summary>
    private static void SetInOrder(JsonObject config, string key, JsonNode value)
    {
        config.Remove(key);
        var place = config.Select((pair, index) => (pair.Key, index)).FirstOrDefault(pair => string.CompareOrdinal(pair.Key, key) > 0, (Key: key, index: config.Count)).index;
        config.Insert(place, key, value);
    }
}
