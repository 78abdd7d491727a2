using k8s;
using k8s.Models;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Rendering;
using Platform.Hosting.Security;
using Platform.Kubernetes.Runtime;

namespace Platform.FineTune.Operator.Phases;

/// <summary>The Jobs of a run: creates, stops, resumes and lists them. Every write can be repeated.</summary>
public sealed class StageJobs(IKubernetes client, OperatorSettings settings, RunTokens tokens)
{
    private readonly ResourceApi<V1Job> _jobs = new(client);
    private readonly ResourceApi<V1ConfigMap> _configMaps = new(client);
    private readonly ResourceApi<V1Secret> _secrets = new(client);

    public async Task<IReadOnlyList<V1Job>> ListAsync(FineTuneJob job, CancellationToken cancellation)
    {
        var found = await _jobs.ListAsync($"{StageNames.RunIdLabel}={job.RunId}", cancellation, job.Metadata.NamespaceProperty);
        return [.. found.Items.Where(owned => IsOurs(owned, job))];
    }

    /// <summary>Creates the files, then the Job that needs them.</summary>
    /// <returns>False when an object with one of the names belongs to a former job of this name and is still going away.</returns>
    public async Task<bool> CreateAsync(FineTuneJob job, Stage stage, string name, string specJson, CancellationToken cancellation) =>
        await EnsureAsync(_configMaps, WorkerJob.RenderSpecFile(job, stage, name, specJson), (_, _) => true, job, cancellation)
        && await EnsureAsync(_secrets, WorkerJob.RenderSecret(job, stage, name, settings.WorkerS3, tokens.Make(Guid.Parse(job.RunId), stage.Name)), SameData, job, cancellation)
        && await EnsureAsync(_jobs, WorkerJob.Render(job, stage, name, settings), (_, _) => true, job, cancellation);

    /// <summary>Lets a Job go on that was held back with its FineTuneJob. One with a queue is Kueue's to start.</summary>
    public async Task ResumeAsync(V1Job owned, CancellationToken cancellation) =>
        await _jobs.PatchAsync(ObjectKey.Of(owned), """{"spec":{"suspend":false}}""", cancellation);

    /// <summary>Stops the pods but keeps the Job; one with a queue is deleted, because Kueue would start it again.</summary>
    /// <returns>Whether everything stands still.</returns>
    public async Task<bool> SuspendAsync(JobRun run, CancellationToken cancellation)
    {
        if (StageNames.Queue(run.Job) is not null) return await StopAsync(run.Jobs, cancellation);
        var still = true;
        foreach (var owned in run.Jobs.Where(IsUnfinished))
        {
            if (owned.Spec.Suspend != true) await _jobs.PatchAsync(ObjectKey.Of(owned), """{"spec":{"suspend":true}}""", cancellation);
            still &= owned.Spec.Suspend == true && (owned.Status?.Active ?? 0) == 0 && (owned.Status?.Terminating ?? 0) == 0;
        }

        return still;
    }

    /// <summary>Deletes the Jobs that are not finished; they stay listed until their pods are gone.</summary>
    /// <returns>Whether there were none.</returns>
    public async Task<bool> StopAsync(IEnumerable<V1Job> jobs, CancellationToken cancellation)
    {
        var none = true;
        foreach (var owned in jobs.Where(IsUnfinished))
        {
            none = false;
            if (owned.Metadata.DeletionTimestamp is null) await _jobs.DeleteAsync(ObjectKey.Of(owned), owned.Metadata.Uid, foreground: true, cancellation);
        }

        return none;
    }

    public static V1JobCondition? Finished(V1Job job) =>
        job.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "Complete" or "Failed", Status: "True" });

    // A finished Job that is being deleted may still have pods.
    public static bool IsUnfinished(V1Job job) => Finished(job) is null || job.Metadata.DeletionTimestamp is not null;

    private static async Task<bool> EnsureAsync<T>(ResourceApi<T> api, T wanted, Func<T, T, bool> same, FineTuneJob job, CancellationToken cancellation)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            await api.CreateAsync(wanted, cancellation);
            return true;
        }
        catch (ApiStatusException refused) when (refused.AlreadyExists)
        {
            if (await api.GetAsync(ObjectKey.Of(wanted), cancellation) is not { } known || !IsOurs(known, job)) return false;
            if (same(known, wanted)) return true;
            wanted.Metadata.ResourceVersion = known.Metadata.ResourceVersion;
            await api.ReplaceAsync(wanted, cancellation);
            return true;
        }
    }

    private static bool IsOurs(IMetadata<V1ObjectMeta> owned, FineTuneJob job) =>
        owned.Metadata.OwnerReferences?.Any(reference => reference.Controller == true && reference.Uid == job.Metadata.Uid) == true;

    // The store's credentials may have been rotated since.
    private static bool SameData(V1Secret left, V1Secret right) =>
        left.Data?.Count == right.Data.Count && right.Data.All(entry => left.Data.TryGetValue(entry.Key, out var value) && value.AsSpan().SequenceEqual(entry.Value));
}
