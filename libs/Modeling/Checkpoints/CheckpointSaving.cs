using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints;

/// <summary>Writes a model as a Hugging Face folder.</summary>
internal static class CheckpointSaving
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    public static void Save(PretrainedModel model, string folder, string? from, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var layout = ModelFamily.Of(model.Config).Layout;
        var tensors = model.named_parameters()
            .SelectMany(pair => layout.Parts(pair.name, pair.parameter) ?? [new StoredPart(pair.name, pair.parameter)])
            .ToDictionary(part => part.Key, part => part.Destination.detach().to(dtype));

        Directory.CreateDirectory(folder);
        if (from is not null) ModelFolder.CopyCompanions(from, folder);
        var config = from is null ? model.Config.ToJson() : KeptConfig(model.Config, ModelConfig.ReadJson(Path.Combine(from, ModelConfig.FileName)));
        StoredDtypes.Write(config, dtype);
        AtomicFile.Write(Path.Combine(folder, ModelConfig.FileName), config.ToJsonString(Indented) + "\n");

        CheckpointIndex? shards = null;
        if (from is not null)
        {
            using var source = ModelFolder.Open(from);
            shards = source.Index?.AsSafeTensors();
        }

        ModelFolder.Save(folder, tensors, shards);
    }

    /// <summary>The folder's config, which may know more than the model does; only what a new head changed is the model's.</summary>
    private static JsonObject KeptConfig(ModelConfig model, JsonObject config)
    {
        var own = model.ToJson();
        if (!ModelFamily.Of(model).IsNamedBy(config)) config["architectures"] = own["architectures"]!.DeepClone();
        if (config["pad_token_id"] is null && own["pad_token_id"] is { } pad) config["pad_token_id"] = pad.DeepClone();
        if (!own.ContainsKey("id2label")) return config;
        var labels = ClassificationLabels.Read(own);
        if (ClassificationLabels.Read(config) is var stated && (stated.Stated != labels.Stated || !stated.Names.SequenceEqual(labels.Names))) labels.Write(config);
        return config;
    }
}
