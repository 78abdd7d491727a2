using Platform.FineTuning.Optimizers;
using static TorchSharp.torch;

namespace Platform.FineTuning;

/// <summary>What a run changes: an adapter, or a whole model.</summary>
public interface ITrainable
{
    IReadOnlyList<TrainableParameter> Parameters { get; }

    /// <summary>What a checkpoint keeps beside the parameters, so that training goes on exactly: a restored one is read into these tensors.</summary>
    IEnumerable<(string Name, Tensor Tensor)> State => [];

    /// <summary>What is added to the mean loss of every step, a scalar with its graph; null: nothing.</summary>
    Tensor? Penalty() => null;

    /// <summary>Is called after each optimizer step, while the gradients are still there.</summary>
    /// <param name="step">counted from 1</param>
    void AfterStep(long step)
    {
    }
}
