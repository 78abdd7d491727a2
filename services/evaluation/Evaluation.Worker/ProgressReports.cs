using Platform.Protos.Evaluation.V1;
using Platform.Workers;

namespace Platform.Evaluation.Worker;

/// <summary>Tells the service how far the work is: every subject on every suite counts the same.</summary>
internal sealed class ProgressReports(WorkerRun run, int pairs) : IAsyncDisposable
{
    private readonly ProgressReporter<ReportProgressRequest> _reports = run.OpenReports<ReportProgressRequest>(
        (invoker, report, options) => new EvaluationService.EvaluationServiceClient(invoker).ReportProgressAsync(report, options).ResponseAsync);

    /// <param name="done">Pairs of subject and suite that are done.</param>
    /// <param name="share">What is done of the present one, in [0, 1].</param>
    public void Report(int done, double share, string activity) => _reports.Report(new ReportProgressRequest
    {
        RunId = run.RunId,
        SpecDigest = run.SpecDigest,
        Percent = (int)(100 * (done + share) / pairs),
        Activity = activity,
    });

    public ValueTask DisposeAsync() => _reports.DisposeAsync();
}
