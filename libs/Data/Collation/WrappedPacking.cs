namespace Platform.Data.Collation;

/// <summary>
/// Puts all examples end to end and cuts the stream into rows, wherever examples end: TRL's strategy <c>wrapped</c>, and transformers'
/// concatenate-and-chunk where the rest is dropped. Differs from both: none. Rows mix examples that see each other.
/// </summary>
public static class WrappedPacking
{
    /// <param name="length">Of every row but the last.</param>
    /// <param name="dropRest">Leave out a last row that is shorter.</param>
    public static List<SupervisedExample> Pack(IReadOnlyList<SupervisedExample> examples, int length, bool dropRest = false) =>
        [.. SupervisedExample.Joined(examples).Split(length).Where(row => !dropRest || row.Length == length)];
}
