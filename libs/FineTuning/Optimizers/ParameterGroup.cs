using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>A tensor that training changes, under its name in the model.</summary>
public sealed record TrainableParameter(string Name, Tensor Tensor);

/// <summary>Parameters that share their weight decay and their part of the learning rate.</summary>
/// <param name="LearningRateFactor">what the step's learning rate is multiplied by for these parameters</param>
public sealed record ParameterGroup(IReadOnlyList<TrainableParameter> Parameters, double WeightDecay = 0, double LearningRateFactor = 1)
{
    /// <summary>The parameters that have a gradient now.</summary>
    internal IEnumerable<(TrainableParameter Parameter, Tensor Gradient)> WithGradients()
    {
        foreach (var parameter in Parameters)
        {
            if (parameter.Tensor.grad is { } gradient) yield return (parameter, gradient);
        }
    }
}
