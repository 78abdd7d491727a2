namespace Platform.FineTune.Api.V1Alpha1;

/// <summary>The one-word summary of a job: a pure function of its conditions.</summary>
public static class JobPhases
{
    public const string Pending = nameof(Pending);
    public const string Resolving = nameof(Resolving);
    public const string Training = nameof(Training);
    public const string Quantizing = nameof(Quantizing);
    public const string Evaluating = nameof(Evaluating);
    public const string Registering = nameof(Registering);
    public const string Succeeded = nameof(Succeeded);
    public const string Failed = nameof(Failed);
    public const string Suspended = nameof(Suspended);

    public static readonly IReadOnlyList<string> All =
        [Pending, Resolving, Training, Quantizing, Evaluating, Registering, Succeeded, Failed, Suspended];

    public static string Of(IReadOnlyCollection<Condition>? conditions) => conditions switch
    {
        null or { Count: 0 } => Pending,
        _ when conditions.IsTrue(Conditions.Succeeded) => Succeeded,
        _ when conditions.IsFalse(Conditions.Succeeded) => Failed,
        _ when conditions.IsTrue(Conditions.Suspended) => Suspended,
        _ when !conditions.IsTrue(Conditions.DatasetReady) || !conditions.IsTrue(Conditions.ModelReady) => Resolving,
        _ when !conditions.IsTrue(Conditions.Trained) => Training,
        _ when !conditions.IsTrue(Conditions.Quantized) => Quantizing,
        _ when !conditions.IsTrue(Conditions.Evaluated) => Evaluating,
        _ => Registering,
    };
}
