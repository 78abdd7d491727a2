using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Platform.FineTune.Api.V1Alpha1;

namespace Platform.Local.Follow;

/// <summary>Applies, reads and deletes FineTuneJobs at a Kubernetes API.</summary>
public sealed class JobClient(IKubernetes kubernetes)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Creates the job, or changes it to what the manifest says.</summary>
    /// <exception cref="JobRefusedException">The API server refuses it; the message is the server's, all problems at once.</exception>
    public async Task ApplyAsync(JobManifest manifest, CancellationToken cancellation)
    {
        try
        {
            if (await FindAsync(manifest, cancellation) is null)
                await kubernetes.CustomObjects.CreateNamespacedCustomObjectAsync(manifest.Body, FineTuneJob.ApiGroup, FineTuneJob.Version, manifest.Namespace, FineTuneJob.Plural, fieldValidation: "Strict", cancellationToken: cancellation);
            else
                await kubernetes.CustomObjects.PatchNamespacedCustomObjectAsync(new V1Patch(manifest.Body.ToJsonString(), V1Patch.PatchType.MergePatch), FineTuneJob.ApiGroup, FineTuneJob.Version, manifest.Namespace, FineTuneJob.Plural, manifest.Name, fieldValidation: "Strict", cancellationToken: cancellation);
        }
        catch (HttpOperationException refusal) when (refusal.Response.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest or HttpStatusCode.Conflict)
        {
            throw new JobRefusedException(MessageOf(refusal.Response.Content));
        }
    }

    /// <summary>The job, or null when there is none.</summary>
    public async Task<FineTuneJob?> FindAsync(JobManifest manifest, CancellationToken cancellation)
    {
        try
        {
            var found = await kubernetes.CustomObjects.GetNamespacedCustomObjectAsync(FineTuneJob.ApiGroup, FineTuneJob.Version, manifest.Namespace, FineTuneJob.Plural, manifest.Name, cancellation);
            return KubernetesJson.Deserialize<FineTuneJob>(found.ToString()!);
        }
        catch (HttpOperationException missing) when (missing.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Deletes the job and waits until it and what it owned are gone.</summary>
    public async Task DeleteAsync(JobManifest manifest, CancellationToken cancellation)
    {
        while (await FindAsync(manifest, cancellation) is { } job)
        {
            if (job.Metadata.DeletionTimestamp is null)
                await kubernetes.CustomObjects.DeleteNamespacedCustomObjectAsync(FineTuneJob.ApiGroup, FineTuneJob.Version, manifest.Namespace, FineTuneJob.Plural, manifest.Name, propagationPolicy: "Foreground", cancellationToken: cancellation);
            await Task.Delay(Pause, cancellation);
        }
    }

    private static string MessageOf(string? status)
    {
        try
        {
            return JsonNode.Parse(status ?? "")?["message"]?.GetValue<string>() ?? status ?? "";
        }
        catch (Exception unreadable) when (unreadable is System.Text.Json.JsonException or InvalidOperationException)
        {
            return status ?? "";
        }
    }
}

/// <summary>The API server does not accept the job.</summary>
public sealed class JobRefusedException(string message) : Exception(message);
