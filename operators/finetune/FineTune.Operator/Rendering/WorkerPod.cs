using k8s.Models;
using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Operator.Rendering;

/// <summary>
/// The pod of a worker: one spec file in, artifacts out through the object store. It passes the Pod Security Standard
/// <c>restricted</c>, has no rights on the Kubernetes API and writes only to its scratch folder.
/// </summary>
internal static class WorkerPod
{
    public const string Container = "worker";
    public const string SpecFile = "spec.json";
    public const string S3Key = "s3";
    public const string RunTokenKey = "run-token";
    private const string SpecFolder = "/etc/platform/spec";
    private const string Scratch = "/scratch";
    private const long NonRoot = 65532;

    // Long enough to finish a step and save a checkpoint.
    private const int GraceSeconds = 60;

    public static V1PodTemplateSpec Render(FineTuneJob job, Stage stage, string name, OperatorSettings settings) => new()
    {
        Metadata = new() { Labels = StageNames.Labels(job, stage).Where(label => label.Key != StageNames.QueueLabel).ToDictionary() },
        Spec = new()
        {
            RestartPolicy = "Never",
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            TerminationGracePeriodSeconds = GraceSeconds,
            NodeSelector = job.Spec.Resources.NodeSelector?.ToDictionary(),
            Tolerations = job.Spec.Resources.Tolerations?.Select(Toleration).ToList(),
            SecurityContext = new()
            {
                RunAsNonRoot = true,
                RunAsUser = NonRoot,
                RunAsGroup = NonRoot,
                FsGroup = NonRoot,
                SeccompProfile = new() { Type = "RuntimeDefault" },
            },
            Containers = [Worker(job, stage, name, settings)],
            Volumes =
            [
                new() { Name = "spec", ConfigMap = new() { Name = name } },
                new() { Name = "scratch", EmptyDir = new() },
            ],
        },
    };

    private static V1Container Worker(FineTuneJob job, Stage stage, string name, OperatorSettings settings) => new()
    {
        Name = Container,
        Image = settings.WorkerImages[stage],
        WorkingDir = Scratch,
        Env = Environment(job, stage, name, settings),
        Resources = Resources(job.Spec.Resources),
        SecurityContext = new()
        {
            AllowPrivilegeEscalation = false,
            ReadOnlyRootFilesystem = true,
            Capabilities = new() { Drop = ["ALL"] },
        },
        VolumeMounts =
        [
            new() { Name = "spec", MountPath = SpecFolder, ReadOnlyProperty = true },
            new() { Name = "scratch", MountPath = Scratch },
        ],
        TerminationMessagePolicy = "FallbackToLogsOnError",
    };

    private static List<V1EnvVar> Environment(FineTuneJob job, Stage stage, string secret, OperatorSettings settings)
    {
        List<V1EnvVar> variables =
        [
            new() { Name = "PLATFORM_SPEC", Value = $"{SpecFolder}/{SpecFile}" },
            new() { Name = "PLATFORM_RUN_ID", Value = job.RunId },
            new() { Name = "S3", ValueFrom = new() { SecretKeyRef = new() { Name = secret, Key = S3Key } } },
            new() { Name = "RUN_TOKEN", ValueFrom = new() { SecretKeyRef = new() { Name = secret, Key = RunTokenKey } } },
            new() { Name = "TMPDIR", Value = Scratch },
        ];
        if (settings.ReportTo.TryGetValue(stage, out var address)) variables.Add(new() { Name = "REPORT_TO", Value = address });
        variables.AddRange(settings.WorkerEnvironment.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new V1EnvVar { Name = entry.Key, Value = entry.Value }));
        return variables;
    }

    private static V1ResourceRequirements? Resources(ResourcesSpec spec)
    {
        var quantities = new Dictionary<string, ResourceQuantity>();
        if (spec.Cpu is { } cpu) quantities["cpu"] = new(cpu);
        if (spec.Memory is { } memory) quantities["memory"] = new(memory);
        if (spec.GpusPerNode > 0) quantities["nvidia.com/gpu"] = new($"{spec.GpusPerNode}");
        return quantities.Count == 0 ? null : new() { Requests = quantities, Limits = quantities };
    }

    private static V1Toleration Toleration(TolerationSpec spec) =>
        new() { Key = spec.Key, OperatorProperty = spec.Operator, Value = spec.Value, Effect = spec.Effect };
}
