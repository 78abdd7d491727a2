using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.FineTuning.Tasks;
using Platform.Protos.Artifacts.V1;
using Platform.Workers;

namespace Platform.Training.Worker;

/// <summary>A pinned dataset as what the model's task learns from.</summary>
internal static class Dataset
{
    /// <exception cref="WorkerFailureException">
    /// A row cannot be read (Resolve lets no such dataset through, so something else is wrong), or the model cannot take it.
    /// </exception>
    public static async Task<TaskRows> ReadAsync(Artifact artifact, string field, string format, TaskModel model, WorkerRun run, CancellationToken stop)
    {
        await using var content = File.OpenRead(await run.FetchAsync(artifact, field, stop));
        try
        {
            var dataset = await model.ReadAsync(content, RowFormats.Get(format), stop);
            if (dataset.LeftOut > 0) run.Log($"{dataset.LeftOut} of {dataset.LeftOut + dataset.Objective.RowCount} rows of {field} were left out: nothing to learn stands within max_length");
            if (dataset.Tokens is { } tokens) run.Log($"{field}: {tokens}");
            return dataset;
        }
        catch (BadRowsException bad)
        {
            throw new WorkerFailureException(FailureReasons.DatasetInvalid, $"{artifact.Uri} has {bad.Message}", inner: bad);
        }
        catch (Exception missing) when (missing is ChatTemplateMissingException or InvalidDataException)
        {
            throw new WorkerFailureException(FailureReasons.ModelInvalid, missing.Message, inner: missing);
        }
    }
}
