using static TorchSharp.torch;

namespace Platform.FineTuning.Checkpoints;

/// <summary>A run between two steps: all that its future depends on besides its options, model and data.</summary>
/// <param name="Step">steps done</param>
/// <param name="Tokens">tokens trained on</param>
/// <param name="Loss">of the last step</param>
/// <param name="Parameters">what training changes, by name</param>
/// <param name="Method">what the way of training remembers beside them, by name</param>
/// <param name="Optimizer">the optimizer's memory, by name</param>
/// <param name="Random">uint8, the state of torch's generator</param>
public sealed record TrainingState(
    long Step, long Tokens, double Loss,
    IReadOnlyDictionary<string, Tensor> Parameters, IReadOnlyDictionary<string, Tensor> Method, IReadOnlyDictionary<string, Tensor> Optimizer, Tensor Random)
{
    /// <exception cref="InvalidDataException">A tensor is missing or has another shape.</exception>
    internal void CopyTo(ITrainable trained)
    {
        using var noGradients = no_grad();
        foreach (var (name, tensor) in trained.Parameters) Copy(Parameters, "the parameter", name, tensor);
        foreach (var (name, tensor) in trained.State) Copy(Method, "the method's state", name, tensor);
    }

    private void Copy(IReadOnlyDictionary<string, Tensor> from, string kind, string name, Tensor tensor)
    {
        if (!from.TryGetValue(name, out var saved)) throw new InvalidDataException($"The checkpoint of step {Step} lacks {kind} '{name}'.");
        if (!saved.shape.AsSpan().SequenceEqual(tensor.shape))
        {
            throw new InvalidDataException($"In the checkpoint of step {Step} {kind} '{name}' has the shape [{string.Join(", ", saved.shape)}]; this run needs [{string.Join(", ", tensor.shape)}].");
        }

        tensor.copy_(saved);
    }
}
