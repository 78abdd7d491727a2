using System.Text.RegularExpressions;
using Platform.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>
/// A linear layer whose weight lies in files as [in, out]: the <c>Conv1D</c> of GPT-2, <c>fan_in_fan_out</c> to PEFT. In memory it is
/// [out, in] like any other, so adapters and quantizers need not know.
/// </summary>
public sealed class TransposedLinear(long inFeatures, long outFeatures, ScalarType dtype, Device device)
    : Linear(inFeatures, outFeatures, bias: true, dtype, device)
{
    /// <summary>How parameters whose names match lie in files: transposed.</summary>
    public static Func<string, Tensor, IReadOnlyList<StoredPart>?> Layout(Regex weights) =>
        (name, parameter) => weights.IsMatch(name) ? [new StoredPart(name, parameter.t())] : null;
}
