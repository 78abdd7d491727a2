using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Checkpoints.Pickle;
using Platform.Modeling.Tasks;
using Platform.Peft.Configuration;
using static TorchSharp.torch;

namespace Platform.Peft.Bottleneck;

/// <summary>
/// AdapterHub's folders: adapter_config.json and adapter.safetensors, and for the head head_config.json and model_head.safetensors.
/// Read are also pytorch_adapter.bin and pytorch_model_head.bin.
/// </summary>
internal static class AdapterHubFiles
{
    private const string Weights = "adapter.safetensors";
    private const string HeadWeights = "model_head.safetensors";
    private const string HeadConfig = "head_config.json";
    private const string Version = "adapters.1.2.0";

    private static readonly Dictionary<string, string> NoMetadata = [];

    /// <summary>The head's description; null: no head was saved.</summary>
    public static JsonObject? ReadHeadConfig(string folder)
    {
        var file = Path.Combine(folder, HeadConfig);
        if (!File.Exists(file) || !HasHead(folder)) return null;
        try
        {
            return JsonNode.Parse(File.ReadAllText(file)) as JsonObject ?? throw new AdapterFormatException(HeadConfig, "it is not a JSON object.");
        }
        catch (JsonException e)
        {
            throw new AdapterFormatException(HeadConfig, $"it is not JSON: {e.Message}", e);
        }
    }

    /// <summary>Fills the tensors from the folder.</summary>
    /// <exception cref="AdapterFormatException">A file is missing, damaged, or not this adapter's.</exception>
    public static void Read(string folder, IEnumerable<(string Name, Tensor Tensor)> adapter, IEnumerable<(string Name, Tensor Tensor)> head)
    {
        ReadOne(folder, Weights, "pytorch_adapter.bin", adapter);
        if (HasHead(folder) && head.Any()) ReadOne(folder, HeadWeights, "pytorch_model_head.bin", head);
    }

    /// <summary>Writes the folder. The adapter's configuration comes last: a folder that has it is complete.</summary>
    public static void Write(string folder, PretrainedModel model, BottleneckOptions options, IEnumerable<(string Name, Tensor Tensor)> adapter, IReadOnlyCollection<(string Name, Tensor Tensor)> head)
    {
        Directory.CreateDirectory(folder);
        SafeTensorsWriter.Write(Path.Combine(folder, Weights), adapter.ToDictionary(item => item.Name, item => item.Tensor), NoMetadata);
        if (head.Count > 0)
        {
            SafeTensorsWriter.Write(Path.Combine(folder, HeadWeights), head.ToDictionary(item => item.Name, item => item.Tensor), NoMetadata);
            File.WriteAllText(Path.Combine(folder, HeadConfig), options.SavedHead is { } saved ? AdapterConfigFile.Format(Copy(saved)) : AdapterConfigFile.Format(Head(model, options)));
        }

        var config = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        options.Write(config);
        var keys = Outer(model, options);
        keys["config"] = new JsonObject(config);
        keys["name"] = options.Name;
        File.WriteAllText(Path.Combine(folder, AdapterConfigFile.FileName), AdapterConfigFile.Format(keys));
    }

    private static SortedDictionary<string, JsonNode?> Outer(PretrainedModel model, BottleneckOptions options) => new(StringComparer.Ordinal)
    {
        ["hidden_size"] = ((LanguageModelConfig)model.Config).HiddenSize,
        ["model_class"] = model.Config.Architecture,
        ["model_name"] = options.BaseModel,
        ["model_type"] = model.Config.ModelType,
        ["version"] = Version,
    };

    private static SortedDictionary<string, JsonNode?> Head(PretrainedModel model, BottleneckOptions options)
    {
        var labels = model switch
        {
            SequenceClassifier classifier => classifier.Labels.Names,
            TokenClassifier classifier => classifier.Labels.Names,
            _ => ["LABEL_0", "LABEL_1"], // what transformers has in every configuration
        };
        var keys = Outer(model, options);
        keys["config"] = null;
        keys["label2id"] = new JsonObject(labels.Index().Select(label => KeyValuePair.Create(label.Item, (JsonNode?)label.Index)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        keys["name"] = null;
        keys["num_labels"] = labels.Count;
        return keys;
    }

    private static SortedDictionary<string, JsonNode?> Copy(JsonObject json) =>
        new(json.ToDictionary(pair => pair.Key, pair => pair.Value?.DeepClone()), StringComparer.Ordinal);

    private static bool HasHead(string folder) => File.Exists(Path.Combine(folder, HeadWeights)) || File.Exists(Path.Combine(folder, "pytorch_model_head.bin"));

    private static void ReadOne(string folder, string name, string older, IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        var chosen = !File.Exists(Path.Combine(folder, name)) && File.Exists(Path.Combine(folder, older)) ? older : name;
        var path = AdapterFiles.Existing(folder, chosen);
        try
        {
            using ITensorFile file = chosen == name ? new SafeTensorsReader(path) : new TorchFileReader(path);
            AdapterFiles.ReadInto(file, chosen, tensors);
        }
        catch (CheckpointException e)
        {
            throw new AdapterFormatException(chosen, e.Message, e);
        }
    }
}
