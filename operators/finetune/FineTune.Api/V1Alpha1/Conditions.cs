namespace Platform.FineTune.Api.V1Alpha1;

/// <summary>The types of <see cref="FineTuneJobStatus.Conditions"/>.</summary>
public static class Conditions
{
    /// <summary>Unknown while the job works, then True or False for good (for this generation of the spec).</summary>
    public const string Succeeded = nameof(Succeeded);

    /// <summary>True until the milestone named by <c>spec.readyWhen</c>; never True together with <see cref="Stalled"/>.</summary>
    public const string Reconciling = nameof(Reconciling);

    /// <summary>True when only a new spec can help.</summary>
    public const string Stalled = nameof(Stalled);

    public const string Suspended = nameof(Suspended);
    public const string DatasetReady = nameof(DatasetReady);
    public const string ModelReady = nameof(ModelReady);
    public const string Trained = nameof(Trained);
    public const string Quantized = nameof(Quantized);
    public const string Evaluated = nameof(Evaluated);
    public const string Registered = nameof(Registered);

    /// <summary>All types, in the order in which the status lists them.</summary>
    public static readonly IReadOnlyList<string> All =
        [Succeeded, Reconciling, Stalled, Suspended, DatasetReady, ModelReady, Trained, Quantized, Evaluated, Registered];

    public static string StatusOf(this IEnumerable<Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(condition => condition.Type == type)?.Status ?? "Unknown";

    public static bool IsTrue(this IEnumerable<Condition>? conditions, string type) => conditions.StatusOf(type) == "True";

    public static bool IsFalse(this IEnumerable<Condition>? conditions, string type) => conditions.StatusOf(type) == "False";
}
