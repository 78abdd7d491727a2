using static TorchSharp.torch;

namespace Platform.Quantization.Awq;

/// <summary>Is shown what the searches find, for reports and tests; the tensors are valid during the call.</summary>
public sealed record AwqFindings
{
    /// <summary>Block, name of the operation that takes the inverse, scales [in], and the error for each ratio.</summary>
    public Action<int, string, Tensor, IReadOnlyList<double>>? OnScales { get; init; }

    /// <summary>Block, name of the layer, limits [out, groups, 1].</summary>
    public Action<int, string, Tensor>? OnClip { get; init; }
}
