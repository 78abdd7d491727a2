using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Operator.Tests;

internal static class SomeJobs
{
    public static OperatorSettings Settings { get; } = new()
    {
        WorkerImages = new Dictionary<Stage, string> { [Stage.Train] = "platform/training-worker:1", [Stage.Quantize] = "platform/quantization-worker:1", [Stage.Evaluate] = "platform/evaluation-worker:1" },
        ReportTo = new Dictionary<Stage, string> { [Stage.Train] = "http://training:8081" },
        WorkerEnvironment = new Dictionary<string, string> { ["OMP_NUM_THREADS"] = "2" },
        WorkerS3 = "file:/srv/store",
    };

    public static FineTuneJob Full(Func<FineTuneJobSpec, FineTuneJobSpec>? change = null)
    {
        var spec = new FineTuneJobSpec
        {
            Model = new() { Uri = "registry://tiny-llama@base" },
            Dataset = new() { Uri = "s3://data/chat.jsonl", Format = "chat" },
            Method = new() { Type = "lora", Lora = new() },
            Quantize = [new() { Format = "nf4", MaxPerplexityDelta = "0.5" }],
            Evaluate = new()
            {
                Suites = [new() { Name = "heldout", Metrics = ["exact_match"], Dataset = new() { Uri = "s3://data/heldout.jsonl", Format = "chat" } }],
                Baseline = true,
                Gate = new() { Metric = "heldout.exact_match", Min = "0.8" },
            },
            Register = new() { Model = "support-bot", Alias = "candidate" },
        };
        return new()
        {
            Metadata = new() { Name = World.Name, NamespaceProperty = World.Namespace, Uid = World.Uid },
            Spec = change?.Invoke(spec) ?? spec,
        };
    }

    public static string Summary(FineTuneJob job) => string.Join(' ', (job.Status.Conditions ?? []).Where(condition => condition.Reason != Reasons.NotReached).Select(condition => $"{condition.Type}={condition.Status}/{condition.Reason}"));

    public static string Reason(FineTuneJob job, string type) => job.Status.Conditions!.Single(condition => condition.Type == type).Reason;

    public static string Message(FineTuneJob job, string type) => job.Status.Conditions!.Single(condition => condition.Type == type).Message;
}
