using Platform.FineTuning.Optimizers;
using Platform.Peft;
using static TorchSharp.torch;

namespace Platform.FineTuning;

/// <summary>An adapter, with what its method adds to a step.</summary>
public sealed class TrainedAdapter(IAdapter adapter) : ITrainable
{
    public IReadOnlyList<TrainableParameter> Parameters { get; } = [.. adapter.Parameters.Select(item => new TrainableParameter(item.Name, item.Parameter))];

    public IEnumerable<(string Name, Tensor Tensor)> State => adapter.TrainingState;

    public Tensor? Penalty() => adapter.Penalty();

    public void AfterStep(long step) => adapter.AfterStep(step);
}
