using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>Moves parameters along their gradients, in place.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>Is told the rate of the step whose gradients come next.</summary>
    void Begin(double learningRate)
    {
    }

    /// <summary>The norm of the gradients of this step that have moved their parameters already and are gone.</summary>
    double MovedNorm => 0;

    /// <summary>One step. Parameters without a gradient stay as they are.</summary>
    void Step(double learningRate);

    /// <summary>Everything a step leaves behind for the next one, by name; the tensors stay the optimizer's.</summary>
    IEnumerable<KeyValuePair<string, Tensor>> State { get; }

    /// <summary>Continues from the <see cref="State"/> of an equal optimizer. The tensors are copied.</summary>
    /// <exception cref="InvalidDataException">A tensor belongs to no parameter or has another shape.</exception>
    void Load(IReadOnlyDictionary<string, Tensor> state);
}
