using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Operator;

/// <summary>A step of a job under its names: in folders and labels, as condition, and as the reason while it runs.</summary>
public sealed record Stage(string Name, string Condition, string ActiveReason)
{
    public static readonly Stage Resolve = new("resolve", Conditions.DatasetReady, Reasons.Resolving);
    public static readonly Stage Train = new("train", Conditions.Trained, Reasons.Training);
    public static readonly Stage Quantize = new("quantize", Conditions.Quantized, Reasons.Quantizing);
    public static readonly Stage Evaluate = new("evaluate", Conditions.Evaluated, Reasons.Evaluating);
    public static readonly Stage Register = new("register", Conditions.Registered, Reasons.Registering);

    /// <summary>The stages that run in pods.</summary>
    public static readonly IReadOnlyList<Stage> WithPods = [Train, Quantize, Evaluate];

    /// <summary>The folder of a run's stage, or of the run when there is no stage; ends with '/'.</summary>
    public static string Folder(string runId, Stage? stage = null) => $"s3://platform/runs/{runId}/{(stage is null ? "" : stage.Name + "/")}";
}
