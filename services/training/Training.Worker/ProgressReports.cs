using Platform.FineTuning;
using Platform.Protos.Training.V1;
using Platform.Torch;
using Platform.Workers;

namespace Platform.Training.Worker;

/// <summary>Tells the training service where a run stands, at most twice a second, and people every few steps.</summary>
internal sealed class ProgressReports(WorkerRun run) : IAsyncDisposable
{
    private const int StepsPerLine = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly ProgressReporter<ReportProgressRequest> _service = run.OpenReports<ReportProgressRequest>(
        (invoker, report, options) => new TrainingService.TrainingServiceClient(invoker).ReportProgressAsync(report, options).ResponseAsync);

    private long? _reported;
    private Measurement? _measured;

    /// <summary>Goes with the next report of a step.</summary>
    public void Report(Measurement measurement)
    {
        _measured = measurement;
        run.Log($"step {measurement.Step}  validation loss {measurement.Loss:f4}{(measurement.IsBest ? ", the lowest so far" : "")}");
    }

    public void Report(TrainingProgress progress)
    {
        var isLast = progress.Step == progress.TotalSteps;
        if (progress.Step % StepsPerLine == 0 || isLast)
        {
            run.Log($"step {progress.Step}/{progress.TotalSteps}  loss {progress.Loss:f4}  lr {progress.LearningRate:g3}  grad norm {progress.GradNorm:f2}  {progress.TokensPerSecond:f0} tokens/s  {progress.Remaining:h\\:mm\\:ss} left");
        }

        if (!isLast && _reported is { } last && run.Clock.GetElapsedTime(last) < Pause) return;
        _reported = run.Clock.GetTimestamp();
        _service.Report(new()
        {
            RunId = run.RunId,
            SpecDigest = run.SpecDigest,
            Progress = new()
            {
                Step = progress.Step,
                TotalSteps = progress.TotalSteps,
                Loss = progress.Loss,
                LearningRate = progress.LearningRate,
                GradNorm = progress.GradNorm,
                TokensPerSecond = progress.TokensPerSecond,
                EtaSeconds = (long)Math.Ceiling(progress.Remaining.TotalSeconds),
                Tokens = progress.Tokens,
                Attempt = run.Attempt,
                ValidationLoss = _measured?.Loss ?? 0,
                ValidationStep = _measured?.Step ?? 0,
                DataWaitShare = progress.DataWait / progress.Took,
                MemoryBytes = ProcessMemory.ResidentBytes,
                SkippedSteps = progress.SkippedSteps,
            },
        });
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();
}
