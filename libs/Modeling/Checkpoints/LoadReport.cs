namespace Platform.Modeling.Checkpoints;

/// <summary>How the tensors of a folder and the parameters of a model matched.</summary>
/// <param name="Missing">Parameters that the folder lacks and that began anew.</param>
/// <param name="Unexpected">Tensors that the model has no use for.</param>
/// <param name="Mismatched">Tensors of another shape, with both shapes.</param>
public sealed record LoadReport(IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<string> Mismatched)
{
    private const int Shown = 20;

    /// <summary>All three at once, in words.</summary>
    public override string ToString() => string.Join("; ", Parts());

    private IEnumerable<string> Parts()
    {
        if (Missing.Count > 0) yield return $"{Missing.Count} missing: {List(Missing)}";
        if (Mismatched.Count > 0) yield return $"{Mismatched.Count} of another shape: {List(Mismatched)}";
        if (Unexpected.Count > 0) yield return $"{Unexpected.Count} not needed: {List(Unexpected)}";
    }

    private static string List(IReadOnlyList<string> names) => string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? ", …" : "");
}
