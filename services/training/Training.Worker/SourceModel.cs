using Platform.Data.Cache;
using Platform.FineTuning.Tasks;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Peft;
using Platform.Protos.Training.V1;
using Platform.Workers;
using static TorchSharp.torch;

namespace Platform.Training.Worker;

/// <summary>The model a run starts from: a base with the adapters of earlier runs merged into it, loaded for the dataset's task.</summary>
internal static class SourceModel
{
    /// <exception cref="WorkerFailureException">A file is missing, damaged or of an unknown kind; the message names it and the tensor.</exception>
    public static async Task<TaskModel> LoadAsync(TrainingSpec spec, SpecOptions options, WorkerRun run, Device device, CancellationToken stop)
    {
        var (folder, adapters) = await run.FetchModelAsync(spec.Model, "model", stop);
        var source = new TaskSource(folder, device)
        {
            Adapters = adapters,
            Dtype = options.Precision,
            MaxLength = options.MaxLength,
            Packing = options.Packing,
            Encoding = new() { Learned = options.Learned },
            LabelNames = spec.LabelNames,
            Tokens = new TokenCache(Path.Combine(run.Scratch, "tokens"), long.MaxValue, run.Clock),
            Training = options.Training,
            Seed = options.Training.Seed,
        };
        return Refusing(spec.Model.Uri, () => FineTuningTask.Of(spec.Format).Load(source));
    }

    /// <summary>What is wrong with a model's files only other files can mend.</summary>
    public static T Refusing<T>(string what, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is CheckpointException or ModelConfigException or AdapterFormatException or FileNotFoundException or InvalidDataException or NotSupportedException)
        {
            throw new WorkerFailureException(FailureReasons.ModelInvalid, $"{what}: {e.Message}", inner: e);
        }
    }
}
