using Platform.FineTuning;
using Platform.FineTuning.Tasks;
using Platform.Peft;
using Platform.Protos.Training.V1;
using Platform.Workers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Training.Worker;

/// <summary>A new adapter on the frozen model, published in PEFT's format.</summary>
internal sealed class AdapterResult(IAdapter adapter) : IRunResult
{
    public ITrainable Trained { get; } = new TrainedAdapter(adapter);

    /// <exception cref="WorkerFailureException">The options fit nothing in the model.</exception>
    public static AdapterResult Of(TaskModel model, Method method, AdapterOptions options, long seed)
    {
        using var generator = new Generator((ulong)seed, model.Source.Device);
        try
        {
            return new(model.Attach(options, generator));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new WorkerFailureException(FailureReasons.SpecInvalid, MethodOptions.Refusal(method, e), inner: e);
        }
    }

    public async Task PublishAsync(Checkpoint checkpoint, WorkerRun run, CancellationToken stop)
    {
        var folder = Path.Combine(run.Scratch, "adapter");
        adapter.Save(folder);
        checkpoint.Adapter = await run.PublishFolderAsync(folder, "adapter", stop);
    }

    public void Dispose() => adapter.Dispose();
}
