using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>A tensor that training changes, under its name in the model.</summary>
public sealed record TrainableParameter(string Name, Tensor Tensor);

/// <summary>Parameters that share their weight decay.</summary>
public sealed record ParameterGroup(IReadOnlyList<TrainableParameter> Parameters, double WeightDecay = 0)
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
