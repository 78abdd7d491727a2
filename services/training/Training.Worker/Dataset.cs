using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.Protos.Artifacts.V1;
using Platform.Workers;

namespace Platform.Training.Worker;

/// <summary>A pinned dataset as encoded rows.</summary>
internal static class Dataset
{
    /// <exception cref="WorkerFailureException">A row cannot be read: Resolve lets no such dataset through, so something else is wrong.</exception>
    public static async Task<List<SupervisedRow>> ReadAsync(
        Artifact artifact, string field, string format, SupervisedEncoder encoder, WorkerRun run, CancellationToken stop)
    {
        var file = await run.FetchAsync(artifact, field, stop);
        var reader = new RowReader(RowFormats.Get(format));
        List<SupervisedRow> rows = [];
        var dropped = 0;
        await using (var content = File.OpenRead(file))
        {
            await foreach (var row in reader.ReadAsync(content, stop))
            {
                if (encoder.Encode(row) is { } encoded) rows.Add(encoded);
                else dropped++;
            }
        }

        if (reader.Report.BadRows > 0)
        {
            throw new WorkerFailureException(
                FailureReasons.DatasetInvalid,
                $"{artifact.Uri} has {reader.Report.BadRows} bad rows: {string.Join("; ", reader.Report.Problems.Select(problem => $"line {problem.Line}: {problem.Reason}"))}");
        }

        if (dropped > 0) run.Log($"{dropped} of {dropped + rows.Count} rows of {field} were left out: their prompts alone fill max_length");
        return rows;
    }
}
