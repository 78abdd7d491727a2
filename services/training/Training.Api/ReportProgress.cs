using Grpc.Core;
using Platform.Contracts.Training.V1;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Hosting.Runs;
using Platform.Hosting.Security;
using Platform.Protos.Training.V1;

namespace Platform.Training.Api;

/// <summary>
/// Takes a worker's report. Reports order by (attempt, step): one that is not newer than what is known changes nothing, and neither does one
/// that arrives after the run has ended. A later attempt may begin at an earlier step, where its checkpoint was.
/// </summary>
internal sealed class ReportProgress(Transactions<TrainingDbContext> transactions, RunTokens tokens, RunGauges gauges, TimeProvider time)
{
    private static readonly TimeSpan BetweenEvents = TimeSpan.FromSeconds(1);

    public async Task<ReportProgressResponse> RunAsync(ReportProgressRequest request, ServerCallContext context)
    {
        var problems = new Problems();
        var runId = problems.RequireRun(request.RunId, request.SpecDigest);
        var progress = request.Progress ?? new Progress();
        problems.Require(request.Progress is not null, "progress is missing.");
        problems.Require(progress.Step >= 0, $"progress.step is {progress.Step}; it must be at least 0.");
        problems.Require(progress.TotalSteps >= progress.Step, $"progress.total_steps is {progress.TotalSteps}; it must be at least progress.step, {progress.Step}.");
        problems.Require(progress.Attempt >= 0, $"progress.attempt is {progress.Attempt}; attempts count from 1.");
        problems.Refuse();
        tokens.Require(context, runId, TrainingRuns.Stage);
        var now = time.Now();
        await transactions.RunAsync(
            async database =>
            {
                var run = await database.RequireAsync(runId, request.SpecDigest, context.CancellationToken);
                if (run.State != RunStates.Running || !IsNewer(progress, ProtoJson.Read<Progress>(run.Progress))) return;
                run.Progress = ProtoJson.Write(progress);
                gauges.Report(runId, run.Job, progress);
                if (now - run.ProgressToldAt < BetweenEvents) return;
                run.ProgressToldAt = now;
                await database.TellAsync(
                    new TrainingProgressed
                    {
                        RunId = runId,
                        Key = $"{run.EventKey()}/{progress.Attempt}/{progress.Step}",
                        OccurredAt = now,
                        SpecDigest = run.SpecDigest,
                        Step = progress.Step,
                        TotalSteps = progress.TotalSteps,
                    },
                    context.CancellationToken);
            },
            context.CancellationToken);
        return new ReportProgressResponse();
    }

    private static bool IsNewer(Progress report, Progress? known) => known is null || (report.Attempt, report.Step).CompareTo((known.Attempt, known.Step)) > 0;
}
