using Platform.Data.Collation;
using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.Protos.Artifacts.V1;
using Platform.Workers;

namespace Platform.Training.Worker;

/// <summary>A pinned dataset as encoded rows.</summary>
internal static class Dataset
{
    /// <exception cref="WorkerFailureException">
    /// A row cannot be read (Resolve lets no such dataset through, so something else is wrong), or the model's chat template refuses it.
    /// </exception>
    public static async Task<IReadOnlyList<SupervisedExample>> ReadAsync(
        Artifact artifact, string field, string format, SupervisedEncoder encoder, WorkerRun run, CancellationToken stop)
    {
        await using var content = File.OpenRead(await run.FetchAsync(artifact, field, stop));
        try
        {
            var dataset = await SupervisedRows.ReadAsync(content, RowFormats.Get(format), encoder, stop);
            if (dataset.LeftOut > 0) run.Log($"{dataset.LeftOut} of {dataset.LeftOut + dataset.Rows.Count} rows of {field} were left out: nothing to learn stands within max_length");
            return dataset.Rows;
        }
        catch (BadRowsException bad)
        {
            throw new WorkerFailureException(FailureReasons.DatasetInvalid, $"{artifact.Uri} has {bad.Message}", inner: bad);
        }
        catch (ChatTemplateMissingException missing)
        {
            throw new WorkerFailureException(FailureReasons.ModelInvalid, missing.Message, inner: missing);
        }
    }
}
