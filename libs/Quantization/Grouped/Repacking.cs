using Platform.Modeling;

namespace Platform.Quantization.Grouped;

/// <summary>Moves a model between formats that keep the same integers, such as GPTQ's and AWQ's: nothing is rounded again.</summary>
public static class Repacking
{
    /// <exception cref="NotSupportedException">The format cannot hold a layer, which the message names; nothing is changed.</exception>
    public static void KeepAs(PretrainedModel model, IGroupedFormat format)
    {
        var layers = ModuleTree.OfType<GroupedLinear>(model).ToList();
        foreach (var (path, layer) in layers)
            if (format.Obstacle(layer.Quantized) is { } obstacle) throw new NotSupportedException($"{path}: {obstacle}");
        foreach (var (_, layer) in layers) layer.KeepAs(format);
    }
}
