using Platform.Modeling;
using Platform.Modeling.Layers;

namespace Platform.Quantization;

/// <summary>The layers of a model that are worth quantizing: all linear ones but the head, which costs more quality than its size is worth.</summary>
public static class QuantizableLayers
{
    /// <summary>Paths and layers that are not quantized yet, in the order of the model.</summary>
    public static IEnumerable<(string Path, Linear Layer)> Of(PretrainedModel model) =>
        ModuleTree.OfType<Linear>(model).Where(layer => layer.Module is not (QuantizedLinear or TiedLinear) && !IsHead(model, layer.Path));

    /// <summary>A language model names its head; other heads lie beside the body and not in it.</summary>
    private static bool IsHead(PretrainedModel model, string path) => model is CausalLanguageModel language ? path == language.HeadName : !path.Contains('.');
}
