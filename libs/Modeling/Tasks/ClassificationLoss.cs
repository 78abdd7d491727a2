using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>
/// The loss of a sequence classifier. Without a stated problem type one label means regression, whole-numbered labels a single class,
/// real ones several, as in transformers.
/// </summary>
public static class ClassificationLoss
{
    /// <param name="logits">[batch, labels]</param>
    /// <param name="targets">int64 [batch] of classes, or float [batch] / [batch, labels]</param>
    /// <returns>the mean, a scalar</returns>
    public static Tensor Of(ClassificationLabels labels, Tensor logits, Tensor targets) => Problem(labels, targets) switch
    {
        ClassificationProblem.Regression => Regression(logits, targets),
        ClassificationProblem.SingleLabel => nn.functional.cross_entropy(logits, targets),
        _ => MultiLabel(logits, targets),
    };

    private static ClassificationProblem Problem(ClassificationLabels labels, Tensor targets) => labels.Stated
        ?? (labels.Count == 1 ? ClassificationProblem.Regression
            : targets.is_floating_point() ? ClassificationProblem.MultiLabel
            : ClassificationProblem.SingleLabel);

    private static Tensor Regression(Tensor logits, Tensor targets)
    {
        using var real = targets.to(logits.dtype);
        using var shaped = real.view_as(logits);
        return nn.functional.mse_loss(logits, shaped);
    }

    private static Tensor MultiLabel(Tensor logits, Tensor targets)
    {
        using var real = targets.to(logits.dtype);
        return nn.functional.binary_cross_entropy_with_logits(logits, real);
    }
}
