using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Quantization.Awq;

/// <summary>Divides the outputs of an operation, so that the layers behind it may be multiplied.</summary>
internal static class ScaleFolding
{
    /// <param name="operation">A norm with one weight per output, or a linear layer.</param>
    /// <param name="scales">[outputs]</param>
    public static void DivideRows(nn.Module operation, Tensor scales)
    {
        using var scope = NewDisposeScope();
        var weight = operation.get_parameter("weight") ?? throw new NotSupportedException($"{operation.GetName()} has no weight that a scale could be folded into.");
        weight.div_(operation is Linear ? scales.unsqueeze(1) : scales);
        if (operation.named_parameters().FirstOrDefault(parameter => parameter.name == "bias").parameter is { } bias) bias.div_(scales);
    }
}
