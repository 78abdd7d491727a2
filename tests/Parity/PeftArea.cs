using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Parity.Peft;
using Platform.Parity.Tensors;

namespace Platform.Parity;

/// <summary>Adapters as PEFT saves them: forward, gradients, merging, files, training.</summary>
public sealed class PeftArea : IParityArea
{
    public string Name => "peft";

    public ParityVerdict Check(string casePath)
    {
        using var golden = new GoldenCase(casePath);
        var kind = golden.Json["kind"]?.ToString() ?? "";
        if (kind is "bottleneck" or "multi-adapter" or "init") throw new UnsupportedCaseException($"cases of the kind '{kind}' need {Missing(kind)}");
        if (golden.Json["adapters_config"] is not null || golden.Json["peft_type"] is not JsonValue method) throw new UnsupportedCaseException("bottleneck adapters are not there yet");
        if (method.ToString() != "LORA") throw new UnsupportedCaseException($"the method {method} is not there yet");
        var config = ModelConfig.ReadJson(golden.PathOf(Path.Combine(golden.Json["base_model"]!.ToString(), "config.json")));
        if (ModelFamily.All.All(family => family.Architecture != Architecture(config))) throw new UnsupportedCaseException($"the model {Architecture(config)} is not there yet");
        try
        {
            return kind switch
            {
                "adapter" => LoraCase.Check(golden),
                "trajectory" => LoraTrajectory.Check(golden),
                _ => throw new UnsupportedCaseException($"cases of the kind '{kind}' are not there yet"),
            };
        }
        catch (NotSupportedException missing)
        {
            throw new UnsupportedCaseException(missing.Message);
        }
    }

    private static string Missing(string kind) => kind switch
    {
        "bottleneck" => "bottleneck adapters, which are not there yet",
        "multi-adapter" => "several adapters on one model, which is not there yet",
        _ => "initialisation by decomposition, which is not there yet",
    };

    private static string Architecture(JsonObject config) => config["architectures"]?[0]?.ToString() ?? config["model_type"]?.ToString() ?? "?";
}
