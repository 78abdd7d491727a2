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
        var config = ModelConfig.ReadJson(golden.PathOf(Path.Combine(golden.Json["base_model"]!.ToString(), "config.json")));
        if (!ModelFamily.All.Any(family => family.IsNamedBy(config))) throw new UnsupportedCaseException($"the model {config["architectures"]?.ToJsonString()} is not there yet");
        try
        {
            return kind switch
            {
                "adapter" or "bottleneck" => AdapterCase.Check(golden),
                "multi-adapter" => SeveralAdapters.Check(golden),
                "init" => InitializationCase.Check(golden),
                "trajectory" => AdapterTrajectory.Check(golden),
                "trainer" => TrainerCase.Check(golden),
                _ => throw new UnsupportedCaseException($"cases of the kind '{kind}' are not there yet"),
            };
        }
        catch (NotSupportedException missing)
        {
            throw new UnsupportedCaseException(missing.Message);
        }
    }
}
