using Platform.Artifacts;
using Platform.FineTuning;
using Platform.FineTuning.Analysis;
using Platform.FineTuning.Reports;
using Platform.Torch;
using Platform.Workers;

namespace Platform.Training.Worker;

/// <summary>
/// A run's <c>metrics.jsonl</c> and TensorBoard events in the store, whole again at every checkpoint and at the end, so that a resumed run goes on
/// with them; and their analysis.
/// </summary>
internal sealed class RunMetrics : IDisposable
{
    /// <summary>The kernel takes longer to say how much memory a process uses than a line takes to write.</summary>
    private static readonly TimeSpan BetweenMemoryReadings = TimeSpan.FromMilliseconds(500);

    private readonly WorkerRun _run;
    private readonly string _folder;
    private readonly MetricsLog _log;
    private long? _readAt;
    private long _memory;

    private RunMetrics(WorkerRun run, string folder, MetricsLog log) => (_run, _folder, _log) = (run, folder, log);

    /// <param name="resumedFrom">the step of the checkpoint that the run goes on from; 0: it begins</param>
    public static async Task<RunMetrics> OpenAsync(WorkerRun run, long resumedFrom, CancellationToken stop)
    {
        var folder = Path.Combine(run.Scratch, "metrics");
        var before = resumedFrom > 0 ? await StoredAsync(run, stop) : [];
        return new(run, folder, MetricsLog.Open(folder, before, resumedFrom));
    }

    public void Add(TrainingProgress step)
    {
        if (_readAt is not { } last || _run.Clock.GetElapsedTime(last) > BetweenMemoryReadings) (_readAt, _memory) = (_run.Clock.GetTimestamp(), ProcessMemory.ResidentBytes);
        _log.Add(MetricRecord.Of(step, _memory, _run.Clock.GetUtcNow()));
    }

    public void Add(Measurement measurement) => _log.Add(MetricRecord.Of(measurement, _run.Clock.GetUtcNow()));

    /// <summary>Makes what was added durable. A checkpoint follows it: then the metrics of its steps are never missing.</summary>
    public async Task SaveAsync(CancellationToken stop)
    {
        _log.Flush();
        await PutAsync(MetricsLog.LinesName, MetricsLog.LinesName, stop);
        await PutAsync(MetricsLog.EventsName, $"tensorboard/{MetricsLog.EventsName}", stop);
    }

    /// <summary>Writes <c>analysis.json</c> and <c>analysis.md</c>.</summary>
    public async Task<TrainingAnalysis> AnalyseAsync(DataLosses data, CancellationToken stop)
    {
        var analysis = TrainingAnalysis.Of(new(MetricsLog.Read(_folder), data));
        await File.WriteAllTextAsync(Path.Combine(_folder, "analysis.json"), analysis.ToJson(), stop);
        await File.WriteAllTextAsync(Path.Combine(_folder, "analysis.md"), analysis.ToMarkdown(), stop);
        await PutAsync("analysis.json", "analysis.json", stop);
        await PutAsync("analysis.md", "analysis.md", stop);
        return analysis;
    }

    public void Dispose() => _log.Dispose();

    private async Task PutAsync(string file, string key, CancellationToken stop)
    {
        await using var content = new FileStream(Path.Combine(_folder, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        await _run.Store.PutAsync(_run.Output.Combine(key), content, PutCondition.Overwrite, stop);
    }

    private static async Task<string[]> StoredAsync(WorkerRun run, CancellationToken stop)
    {
        try
        {
            using var reader = new StreamReader(await run.Store.OpenReadAsync(run.Output.Combine(MetricsLog.LinesName), stop));
            return (await reader.ReadToEndAsync(stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (ArtifactNotFoundException)
        {
            run.Log("the metrics of the steps before the checkpoint are not in the store; they begin anew");
            return [];
        }
    }
}
