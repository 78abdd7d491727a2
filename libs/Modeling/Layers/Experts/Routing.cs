using static TorchSharp.torch;

namespace Platform.Modeling.Layers.Experts;

/// <summary>Which experts each token goes to, and what each of them weighs.</summary>
/// <param name="Logits">[tokens, experts]</param>
/// <param name="Experts">int64 [tokens, choices]</param>
/// <param name="Weights">float32 [tokens, choices]</param>
public sealed record Routing(Tensor Logits, Tensor Experts, Tensor Weights) : IDisposable
{
    public void Dispose()
    {
        Logits.Dispose();
        Experts.Dispose();
        Weights.Dispose();
    }
}
