using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Platform.Protos.Training.V1;

namespace Platform.Training.Api;

/// <summary>
/// What running runs report, as gauges by run and job. A run that ended, or that nothing was heard of for some minutes, has none: their number
/// stays that of the runs at work.
/// </summary>
internal sealed class RunGauges : IDisposable
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(5);

    private readonly Meter _meter = new("Platform.Training");
    private readonly ConcurrentDictionary<Guid, (string Job, Progress Progress, DateTimeOffset At)> _running = [];
    private readonly TimeProvider _time;

    public RunGauges(TimeProvider time)
    {
        _time = time;
        Add("loss", progress => progress.Loss);
        Add("learning_rate", progress => progress.LearningRate);
        Add("grad_norm", progress => progress.GradNorm);
        Add("tokens_per_second", progress => progress.TokensPerSecond);
        Add("data_wait_ratio", progress => progress.DataWaitShare);
        Add("memory_bytes", progress => progress.MemoryBytes);
        Add("eta_seconds", progress => progress.EtaSeconds);
        Add("progress_ratio", progress => progress.TotalSteps == 0 ? 0 : progress.Step / (double)progress.TotalSteps);
        Add("validation_loss", progress => progress.ValidationStep == 0 ? null : progress.ValidationLoss);
    }

    public void Report(Guid run, string job, Progress progress) => _running[run] = (job, progress, _time.GetUtcNow());

    public void End(Guid run) => _running.TryRemove(run, out _);

    public void Dispose() => _meter.Dispose();

    private void Add(string name, Func<Progress, double?> value) => _meter.CreateObservableGauge($"platform_training_{name}", () => Values(value));

    private IEnumerable<Measurement<double>> Values(Func<Progress, double?> value)
    {
        foreach (var (run, (job, progress, at)) in _running)
        {
            if (_time.GetUtcNow() - at > Forgotten) End(run);
            else if (value(progress) is { } number) yield return new(number, new KeyValuePair<string, object?>("run", run.ToString("D")), new KeyValuePair<string, object?>("job", job));
        }
    }
}
