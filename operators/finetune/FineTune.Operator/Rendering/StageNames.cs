using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Models;
using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Operator.Rendering;

/// <summary>Names and labels of what a job owns. Deterministic: an operator that crashed after a write finds what it wrote.</summary>
internal static class StageNames
{
    public const string RunIdLabel = "finetune.platform.io/run-id";
    public const string StageLabel = "finetune.platform.io/stage";
    public const string JobLabel = "finetune.platform.io/job";
    public const string QueueLabel = "kueue.x-k8s.io/queue-name";

    /// <summary>
    /// <c>&lt;job&gt;-&lt;stage&gt;-&lt;hash&gt;</c>. What a user may change to get another attempt is in the hash; the operator's own
    /// configuration is not, so that upgrading it leaves running pods alone.
    /// </summary>
    public static string Of(FineTuneJob job, Stage stage, string specDigest)
    {
        var identity = $"{specDigest}\n{KubernetesJson.Serialize(job.Spec.Resources)}\n{KubernetesJson.Serialize(job.Spec.Failure)}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..8];
        return $"{job.Metadata.Name}-{stage.Name}-{hash}";
    }

    public static Dictionary<string, string> Labels(FineTuneJob job, Stage stage)
    {
        var labels = new Dictionary<string, string>
        {
            ["app.kubernetes.io/managed-by"] = "finetune-operator",
            ["app.kubernetes.io/component"] = stage.Name,
            [RunIdLabel] = job.RunId,
            [StageLabel] = stage.Name,
            [JobLabel] = job.Metadata.Name,
        };
        if (Queue(job) is { } queue) labels[QueueLabel] = queue;
        return labels;
    }

    /// <summary>The Kueue queue that admits this job's pods; null when pods start at once.</summary>
    public static string? Queue(FineTuneJob job) => job.Metadata.Labels?.TryGetValue(QueueLabel, out var queue) == true ? queue : null;

    public static V1ObjectMeta Metadata(FineTuneJob job, Stage stage, string name) => new()
    {
        Name = name,
        NamespaceProperty = job.Metadata.NamespaceProperty,
        Labels = Labels(job, stage),
        OwnerReferences =
        [
            new()
            {
                ApiVersion = job.ApiVersion,
                Kind = job.Kind,
                Name = job.Metadata.Name,
                Uid = job.Metadata.Uid,
                Controller = true,
                BlockOwnerDeletion = true,
            },
        ],
    };
}
