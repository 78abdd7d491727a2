using Platform.Torch.Dispatch;
using static TorchSharp.torch;

namespace Platform.Torch.Operators;

/// <summary>
/// AdamW (Loshchilov and Hutter, 2019) on a list of tensors in one call of libtorch's fused kernel.
/// Differs from the paper: decoupled decay is multiplied by the learning rate, as PyTorch does.
/// </summary>
public static class FusedAdamW
{
    /// <summary>Updates parameters and moments in place. The lists are parallel and on one device.</summary>
    /// <param name="steps">float32 scalars, already counting this step (1 in the first); one tensor may serve all parameters</param>
    public static void Step(
        IReadOnlyList<Tensor> parameters,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> averages,
        IReadOnlyList<Tensor> squareAverages,
        IReadOnlyList<Tensor> steps,
        AdamWStep step)
    {
        if (parameters.Count == 0) return;
        if (gradients.Count != parameters.Count || averages.Count != parameters.Count || squareAverages.Count != parameters.Count || steps.Count != parameters.Count)
        {
            throw new ArgumentException($"The lists must have equal lengths: {parameters.Count} parameters, {gradients.Count} gradients, {averages.Count} and {squareAverages.Count} moments, {steps.Count} steps.");
        }

        using var noGradients = no_grad();
        Dispatcher.Operator("aten::_fused_adamw_")
            .Tensors(parameters).Tensors(gradients).Tensors(averages).Tensors(squareAverages).Tensors([]).Tensors(steps)
            .Float(step.LearningRate).Float(step.Beta1).Float(step.Beta2).Float(step.WeightDecay).Float(step.Epsilon)
            .Bool(false) // amsgrad
            .Bool(false) // maximize
            .None()      // grad_scale
            .None()      // found_inf
            .Invoke();
    }
}
