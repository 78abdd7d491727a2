using Platform.Modeling;
using TorchSharp.Modules;

namespace Platform.Peft.Lora;

/// <summary>The parameters a LoRA trains, named as in adapter_model.safetensors.</summary>
internal static class LoraParameters
{
    private const string Prefix = "base_model.model.";

    public static IEnumerable<(string Name, Parameter Parameter)> Of(CausalLanguageModel model, LoraOptions options, IEnumerable<(string Path, LoraLinear Layer)> layers)
    {
        var biases = Biases(model, options.Bias).ToDictionary(bias => bias.Name, bias => bias.Parameter, StringComparer.Ordinal);
        foreach (var (name, bias) in biases)
        {
            bias.requires_grad = true;
            yield return (Prefix + name, bias);
        }

        foreach (var (path, layer) in layers)
        {
            yield return ($"{Prefix}{path}.lora_A.weight", layer.Down);
            yield return ($"{Prefix}{path}.lora_B.weight", layer.Up);
            if (layer.UpBias is { } bias) yield return ($"{Prefix}{path}.lora_B.bias", bias);
        }
    }

    /// <summary>An adapted layer's own bias is <c>path.base_layer.bias</c>, as in PEFT.</summary>
    private static IEnumerable<(string Name, Parameter Parameter)> Biases(CausalLanguageModel model, LoraBias bias) =>
        bias == LoraBias.None
            ? []
            : model.named_parameters().Where(parameter => bias == LoraBias.All
                ? parameter.name.EndsWith(".bias", StringComparison.Ordinal) && !parameter.name.EndsWith(".lora_B.bias", StringComparison.Ordinal)
                : parameter.name.EndsWith(".base_layer.bias", StringComparison.Ordinal));
}
