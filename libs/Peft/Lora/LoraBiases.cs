using Platform.Modeling;
using TorchSharp.Modules;

namespace Platform.Peft.Lora;

/// <summary>The biases of the base model that a LoRA trains. An adapted layer's own bias is <c>path.base_layer.bias</c>, as in PEFT.</summary>
internal static class LoraBiases
{
    /// <param name="model">with the adapter on it</param>
    public static IEnumerable<(string Name, Parameter Parameter)> Of(PretrainedModel model, LoraBias bias) => bias switch
    {
        LoraBias.None => [],
        LoraBias.LoraOnly => Biases(model).Where(item => item.Name.EndsWith(".base_layer.bias", StringComparison.Ordinal)),
        _ => Biases(model),
    };

    private static IEnumerable<(string Name, Parameter Parameter)> Biases(PretrainedModel model) => model.named_parameters()
        .Where(item => item.name.EndsWith(".bias", StringComparison.Ordinal) && !item.name.Contains(".adapter_", StringComparison.Ordinal))
        .Select(item => (item.name, item.parameter));
}
