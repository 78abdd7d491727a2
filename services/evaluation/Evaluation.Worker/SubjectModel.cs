using Platform.FineTuning.Tasks;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Peft;
using Platform.Protos.Evaluation.V1;
using Platform.Torch;
using Platform.Workers;
using static TorchSharp.torch;

namespace Platform.Evaluation.Worker;

/// <summary>A model under evaluation: a folder in full precision or in four bits, with adapters, loaded for the suites' task.</summary>
internal static class SubjectModel
{
    /// <param name="index">The subject's place in the spec.</param>
    /// <exception cref="WorkerFailureException">A file is missing, damaged or of an unknown kind; the message names it and the tensor.</exception>
    public static async Task<TaskModel> LoadAsync(EvaluationSpec spec, int index, WorkerRun run, Device device, CancellationToken cancellation)
    {
        var (folder, adapters) = await run.FetchModelAsync(spec.Subjects[index].Model, $"subjects[{index}].model", cancellation);
        var source = new TaskSource(folder, device) { Adapters = adapters, MaxLength = spec.MaxLength, LabelNames = spec.LabelNames, Seed = (long)(spec.Seed & long.MaxValue) };
        var subject = OrRefuse(() => FineTuningTask.Of(spec.Suites[0].Format).Load(source));
        subject.Model.eval();
        Threads.Suit(subject.Model);
        return subject;
    }

    /// <summary>What is wrong with a model's files only other files can mend.</summary>
    public static T OrRefuse<T>(Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is CheckpointException or ModelConfigException or AdapterFormatException or InvalidDataException or NotSupportedException or FileNotFoundException or ArgumentException)
        {
            throw new WorkerFailureException(FailureReasons.ModelInvalid, e.Message, inner: e);
        }
    }
}
