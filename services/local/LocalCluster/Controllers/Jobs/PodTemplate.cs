using System.Globalization;
using k8s;
using k8s.Models;

namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>The pod that a Job's template asks for.</summary>
public static class PodTemplate
{
    private const int LongestHostname = 63;
    private const int LongestGenerateName = 58;  // 63 less the five characters that the server adds

    public static V1Pod Render(V1Job job, int? index, IEnumerable<KeyValuePair<string, string>> annotations)
    {
        var template = job.Spec.Template;
        var pod = new V1Pod
        {
            ApiVersion = "v1",
            Kind = "Pod",
            Metadata = new V1ObjectMeta
            {
                GenerateName = Shortened(job.Metadata.Name + (index is null ? "" : $"-{index}"), LongestGenerateName - 1) + "-",
                NamespaceProperty = job.Metadata.NamespaceProperty,
                Labels = Copy(template.Metadata?.Labels),
                Annotations = Copy(template.Metadata?.Annotations),
                Finalizers = [.. template.Metadata?.Finalizers ?? [], JobLabels.TrackingFinalizer],
                OwnerReferences = [Owner(job)],
            },
            // Each pod its own copy: an index is written into it.
            Spec = KubernetesJson.Deserialize<V1PodSpec>(KubernetesJson.Serialize(template.Spec)),
        };
        foreach (var (name, value) in annotations)
        {
            pod.Metadata.Annotations[name] = value;
        }

        if (index is { } number)
        {
            GiveIndex(pod, job.Metadata.Name, number.ToString(CultureInfo.InvariantCulture));
        }

        return pod;
    }

    private static void GiveIndex(V1Pod pod, string jobName, string index)
    {
        pod.Metadata.Annotations[JobLabels.CompletionIndex] = index;
        pod.Metadata.Labels[JobLabels.CompletionIndex] = index;
        if (string.IsNullOrEmpty(pod.Spec.Hostname))
        {
            pod.Spec.Hostname = Shortened(jobName, LongestHostname - index.Length - 1) + "-" + index;
        }

        foreach (var container in (pod.Spec.InitContainers ?? []).Concat(pod.Spec.Containers))
        {
            if (container.Env?.Any(variable => variable.Name == "JOB_COMPLETION_INDEX") != true)
            {
                container.Env =
                [
                    .. container.Env ?? [],
                    new V1EnvVar
                    {
                        Name = "JOB_COMPLETION_INDEX",
                        ValueFrom = new V1EnvVarSource
                        {
                            FieldRef = new V1ObjectFieldSelector { FieldPath = $"metadata.labels['{JobLabels.CompletionIndex}']" },
                        },
                    },
                ];
            }
        }
    }

    private static V1OwnerReference Owner(V1Job job) => new()
    {
        ApiVersion = "batch/v1",
        Kind = "Job",
        Name = job.Metadata.Name,
        Uid = job.Metadata.Uid,
        Controller = true,
        BlockOwnerDeletion = true,
    };

    private static Dictionary<string, string> Copy(IDictionary<string, string>? source) => source is null ? [] : new(source);

    private static string Shortened(string name, int length) => name.Length <= length ? name : name[..length];
}
