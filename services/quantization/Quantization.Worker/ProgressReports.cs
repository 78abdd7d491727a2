using Platform.Protos.Quantization.V1;
using Platform.Workers;

namespace Platform.Quantization.Worker;

/// <summary>Tells the service and the log how far the work is: every target counts the same.</summary>
internal sealed class ProgressReports(WorkerRun run, int targets) : IAsyncDisposable
{
    private readonly ProgressReporter<ReportProgressRequest> _reports = run.OpenReports<ReportProgressRequest>(
        (invoker, report, options) => new QuantizationService.QuantizationServiceClient(invoker).ReportProgressAsync(report, options).ResponseAsync);

    /// <param name="target">Targets that are done.</param>
    /// <param name="share">What is done of the present one, in [0, 1].</param>
    public void Report(int target, double share, string activity) => _reports.Report(new ReportProgressRequest
    {
        RunId = run.RunId,
        SpecDigest = run.SpecDigest,
        Percent = (int)(100 * (target + share) / targets),
        Activity = activity,
    });

    public ValueTask DisposeAsync() => _reports.DisposeAsync();
}
