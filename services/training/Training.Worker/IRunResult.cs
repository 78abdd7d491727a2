using Platform.FineTuning;
using Platform.Protos.Training.V1;
using Platform.Workers;

namespace Platform.Training.Worker;

/// <summary>What a run trains and leaves behind: an adapter or a whole model.</summary>
internal interface IRunResult : IDisposable
{
    ITrainable Trained { get; }

    /// <summary>Makes the result durable and names it in the checkpoint.</summary>
    Task PublishAsync(Checkpoint checkpoint, WorkerRun run, CancellationToken stop);
}
