using static TorchSharp.torch;

namespace Platform.FineTuning.Checkpoints;

/// <summary>A run between two steps: all that its future depends on besides its options, model and data.</summary>
/// <param name="Identity">whose it is</param>
/// <param name="Parameters">what training changes, by name</param>
/// <param name="Method">what the way of training remembers beside them, by name</param>
/// <param name="Optimizer">the optimizer's memory, by name</param>
/// <param name="Average">the moving average of the parameters, by name; empty without one</param>
/// <param name="Random">uint8, the state of torch's generator</param>
public sealed record TrainingState(
    RunProgress Progress, RunIdentity Identity,
    IReadOnlyDictionary<string, Tensor> Parameters, IReadOnlyDictionary<string, Tensor> Method, IReadOnlyDictionary<string, Tensor> Optimizer,
    IReadOnlyDictionary<string, Tensor> Average, Tensor Random) : IDisposable
{
    /// <summary>Steps done.</summary>
    public long Step => Progress.Step;

    /// <summary>For a state that was read; one that a run gave out lives in the run's tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in new[] { Parameters, Method, Optimizer, Average }.SelectMany(tensors => tensors.Values)) tensor.Dispose();
        Random.Dispose();
    }

    /// <exception cref="InvalidDataException">A tensor is missing or has another shape.</exception>
    internal void CopyTo(ITrainable trained)
    {
        CopyParametersTo(trained);
        using var noGradients = no_grad();
        foreach (var (name, tensor) in trained.State) Copy(Method, "the method's state", name, tensor);
    }

    /// <inheritdoc cref="CopyTo"/>
    internal void CopyParametersTo(ITrainable trained)
    {
        using var noGradients = no_grad();
        foreach (var (name, tensor) in trained.Parameters) Copy(Parameters, "the parameter", name, tensor);
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
