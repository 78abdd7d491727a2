using k8s.Models;
using Platform.FineTune.Api.V1Alpha1;
using Platform.Protos.Evaluation.V1;
using Platform.Protos.Quantization.V1;
using Platform.Protos.Training.V1;

namespace Platform.FineTune.Operator;

/// <summary>One look at a job: what was observed before it, and what its phases find out, one after another.</summary>
public sealed class JobRun(FineTuneJob job, IReadOnlyList<V1Job> jobs)
{
    private readonly Dictionary<string, Finding> _findings = [];

    public FineTuneJob Job { get; } = job;

    /// <summary>The Jobs that belong to this run, read before any result file: a Job seen as complete has written its result.</summary>
    public IReadOnlyList<V1Job> Jobs { get; } = jobs;

    /// <summary>The status to be; phases add facts to it. Its conditions are composed at the end.</summary>
    public FineTuneJobStatus Status { get; set; } = job.Status ?? new();

    public IReadOnlyDictionary<string, Finding> Findings => _findings;

    /// <summary>The Jobs whose results were found: they may still be ending, all others are out of date.</summary>
    public ISet<string> SettledJobs { get; } = new HashSet<string>();

    public Checkpoint? Checkpoint { get; set; }
    public IReadOnlyList<QuantizedModel> Quantized { get; set; } = [];
    public Scorecard? Scorecard { get; set; }

    /// <summary>Says that a condition holds.</summary>
    public void Holds(string condition, string reason, string message) => _findings[condition] = new(reason, message);

    /// <summary>Whether the last look already found this, so that others need not be told again.</summary>
    public bool HeldBefore(string condition) =>
        Job.Status?.Conditions?.FirstOrDefault(known => known.Type == condition) is { Status: "True" } known && known.ObservedGeneration == Job.Generation;

    /// <summary>Why a condition is True.</summary>
    public sealed record Finding(string Reason, string Message);
}
