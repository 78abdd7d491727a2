using Platform.Modeling;
using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Quantization.Calibration;

/// <summary>The linear layers of a model's blocks, with their paths in the model.</summary>
internal static class BlockLayers
{
    public static IReadOnlyList<(string Path, Linear Layer)> Of(CausalLanguageModel model, int block)
    {
        var root = PathOf(model, model.Blocks[block]) + ".";
        return [.. QuantizableLayers.Of(model).Where(layer => layer.Path.StartsWith(root, StringComparison.Ordinal))];
    }

    public static string PathOf(CausalLanguageModel model, nn.Module module) => ModuleTree.OfType<nn.Module>(model).First(pair => ReferenceEquals(pair.Module, module)).Path;

    /// <summary>
    /// Layers in the order in which a pass reaches them, those with the same input together: once a group is quantized, the inputs of the
    /// next one change.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<(string Path, Linear Layer)>> InOrder(IReadOnlyList<(string Path, Linear Layer)> layers, Action run)
    {
        List<List<(string Path, Linear Layer)>> groups = [];
        Tensor? last = null;
        Listen(layers, (layer, input) =>
        {
            if (groups.Exists(group => group.Contains(layer))) return;
            if (!ReferenceEquals(last, input)) groups.Add([]);
            groups[^1].Add(layer);
            last = input;
        }, run);
        return groups;
    }

    /// <summary>Shows the inputs of layers while something runs.</summary>
    public static void Listen(IReadOnlyList<(string Path, Linear Layer)> layers, Action<(string Path, Linear Layer), Tensor> onInput, Action run)
    {
        var hooks = layers.Select(layer => layer.Layer.register_forward_pre_hook((_, input) =>
        {
            onInput(layer, input);
            return input;
        })).ToList();
        try
        {
            run();
        }
        finally
        {
            foreach (var hook in hooks) hook.remove();
        }
    }
}
