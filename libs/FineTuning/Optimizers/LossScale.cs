using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>
/// The factor that keeps half-precision gradients from vanishing: it grows while all goes well and shrinks when a gradient
/// overflows (PyTorch's GradScaler).
/// </summary>
public sealed class LossScale(double initial = 65536, double growth = 2, double backoff = 0.5, int growthInterval = 2000)
{
    /// <summary>What losses are multiplied by before backward.</summary>
    public double Scale { get; private set; } = initial;

    /// <summary>Good steps in a row since the scale last moved.</summary>
    public int GoodSteps { get; private set; }

    /// <summary>Divides the gradients by the scale. False when one of them is not finite: then the step must be left out.</summary>
    public bool Unscale(IEnumerable<Tensor> parameters)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var isFinite = true;
        foreach (var gradient in parameters.Select(parameter => parameter.grad).OfType<Tensor>())
        {
            gradient.mul_(1 / Scale);
            isFinite &= gradient.isfinite().all().item<bool>();
        }

        return isFinite;
    }

    /// <summary>Continues where another left off.</summary>
    public void Load(double scale, int goodSteps) => (Scale, GoodSteps) = (scale, goodSteps);

    /// <summary>Moves the scale after a step.</summary>
    public void Update(bool wasFinite)
    {
        if (!wasFinite) (Scale, GoodSteps) = (Scale * backoff, 0);
        else if (++GoodSteps == growthInterval) (Scale, GoodSteps) = (Scale * growth, 0);
    }
}
