using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Parity.Models;

namespace Platform.Parity;

/// <summary>Model architectures: every run of a case, under every style of its config.</summary>
public sealed class ModelsArea : IParityArea
{
    public string Name => "models";

    public ParityVerdict Check(string casePath)
    {
        using var golden = new ModelCase(casePath);
        if (SpeechFeatureCase.Is(golden)) return SpeechFeatureCase.Check(golden);

        golden.RequireSupport();
        foreach (var config in golden.ConfigFiles)
        {
            var comparison = new TensorComparison(config);
            Dictionary<string, PretrainedModel> models = [];
            foreach (var (name, run) in golden.Runs)
            {
                // A case may hold other settings for the same weights; the twin of config.json stands for itself only.
                var file = run["config_file"]?.ToString() ?? config;
                if (!models.TryGetValue(file, out var model)) models[file] = model = golden.Load(file);
                if (run["type"]!.ToString() == "generate") GenerateRun.Check(golden, model, name, run, comparison);
                else ForwardRun.Check(golden, model, name, run, comparison);
            }

            if (golden.Json["kv_cache"] is JsonObject cache) GenerateRun.CheckCache(golden, (CausalLanguageModel)models[config], cache, comparison);

            // Last, since it changes the weights.
            if (golden.Json["train"] is JsonObject train) TrainingSteps.Check(golden, models[config], train, comparison);

            foreach (var model in models.Values) model.Dispose();
            if (comparison.Failed) return comparison.Verdict;
        }

        return SavedModel.Check(golden).Verdict;
    }
}
