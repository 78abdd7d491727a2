using System.Text.Json.Nodes;
using Platform.Modeling;
using static TorchSharp.torch;

namespace Platform.Parity.Models;

/// <summary>What the library writes of a model, config and weights, is the same model when it is read again.</summary>
internal static class SavedModel
{
    public static TensorComparison Check(ModelCase golden)
    {
        var comparison = new TensorComparison("saved and loaded again:");
        var folder = Directory.CreateTempSubdirectory("parity-").FullName;
        try
        {
            using var model = golden.Load(ModelConfig.FileName);
            model.Save(folder);
            using var again = PretrainedModel.Load(folder, CPU);
            var (written, read) = (model.Config.ToJson(), again.Config.ToJson());
            if (!JsonNode.DeepEquals(written, read)) comparison.Differ("config.json", $"{read.ToJsonString()}, expected {written.ToJsonString()}");

            var (name, run) = golden.Runs.FirstOrDefault(item => item.Run["type"]!.ToString() == "forward" && item.Run["config_file"] is null);
            if (run is not null) ForwardRun.Check(golden, again, name, run, comparison);
            return comparison;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
