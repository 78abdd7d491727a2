using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.AdaLora;

/// <summary>How much the loss depends on each number of a parameter, smoothed over steps.</summary>
/// <remarks>
/// I = |w · ∇w|; Ī ← β₁ Ī + (1 - β₁) I; Ū ← β₂ Ū + (1 - β₂) |I - Ī|; score = Ī Ū.
/// Zhang et al.: "AdaLoRA", 2023, equations 8 to 11.
/// Differs from the paper: w is taken after the optimizer's step and ∇w after clipping, as PEFT's callers do.
/// </remarks>
internal sealed class Importance(Parameter parameter) : IDisposable
{
    /// <summary>Ī.</summary>
    public Tensor Sensitivity { get; } = zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();

    /// <summary>Ū.</summary>
    public Tensor Uncertainty { get; } = zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();

    public void Observe(double sensitivityDecay, double uncertaintyDecay)
    {
        if (parameter.grad is not { } gradient) return;
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var now = parameter.mul(gradient).abs();
        Sensitivity.mul_(sensitivityDecay).add_(now.mul(1 - sensitivityDecay));
        Uncertainty.mul_(uncertaintyDecay).add_(now.sub(Sensitivity).abs().mul(1 - uncertaintyDecay));
    }

    public Tensor Score() => Sensitivity.mul(Uncertainty);

    public void Forget()
    {
        Sensitivity.zero_();
        Uncertainty.zero_();
    }

    public void Dispose()
    {
        Sensitivity.Dispose();
        Uncertainty.Dispose();
    }
}
