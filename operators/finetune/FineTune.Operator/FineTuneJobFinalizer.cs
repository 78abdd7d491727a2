using Grpc.Core;
using Microsoft.Extensions.Logging;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Phases;
using Platform.Kubernetes.Runtime;
using Platform.Protos.Registry.V1;

namespace Platform.FineTune.Operator;

/// <summary>
/// Stops the pods of a deleted job and removes its files: everything, or, when a registered version refers to them, only
/// the training checkpoints. It gives up after a while: a job must not be stuck because a store or service is gone.
/// </summary>
public sealed partial class FineTuneJobFinalizer(
    StageJobs jobs, StageResults files, RegistryService.RegistryServiceClient registry, EventRecorder events, TimeProvider time, ILogger<FineTuneJobFinalizer> logger)
    : IEntityFinalizer<FineTuneJob>
{
    public const string Name = FineTuneJob.ApiGroup + "/cleanup";
    private static readonly TimeSpan LongestCleanup = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public async Task<ReconciliationResult> FinalizeAsync(FineTuneJob job, CancellationToken cancellation)
    {
        var expired = time.GetUtcNow().UtcDateTime - job.Metadata.DeletionTimestamp > LongestCleanup;
        if (!await jobs.StopAsync(await jobs.ListAsync(job, cancellation), cancellation) && !expired) return ReconciliationResult.After(TimeSpan.FromSeconds(1));
        try
        {
            var folder = await IsRegisteredAsync(job, cancellation) ? Stage.Folder(job.RunId, Stage.Train) + "checkpoints/" : Stage.Folder(job.RunId);
            await files.DeleteAsync(folder, cancellation);
        }
        catch (Exception problem) when (problem is RpcException or StorageUnavailableException && !cancellation.IsCancellationRequested)
        {
            if (!expired) return ReconciliationResult.After(RetryAfter);
            LogLeft(job.RunId, problem.Message);
            await events.RecordAsync(job, true, Reasons.StorageUnavailable, $"Files below {Stage.Folder(job.RunId)} were left behind: {problem.Message}", cancellation);
        }

        return ReconciliationResult.Done;
    }

    // The registry knows it also when the operator crashed before it wrote the version into the status.
    private async Task<bool> IsRegisteredAsync(FineTuneJob job, CancellationToken cancellation)
    {
        if (job.Status?.ModelVersion is not null) return true;
        if (job.Spec.Register is not { } register) return false;
        var page = new ListModelVersionsRequest { Model = register.Model, PageSize = 200 };
        try
        {
            do
            {
                var answer = await registry.ListModelVersionsAsync(page, deadline: time.GetUtcNow().UtcDateTime.AddSeconds(10), cancellationToken: cancellation);
                if (answer.Versions.Any(version => version.RunId == job.RunId)) return true;
                page.PageToken = answer.NextPageToken;
            }
            while (page.PageToken.Length > 0);
        }
        catch (RpcException none) when (none.StatusCode == StatusCode.NotFound)
        {
            // No such model: nothing was ever registered under this name.
        }

        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Files of the run {RunId} were left behind: {Why}")]
    private partial void LogLeft(string runId, string why);
}
