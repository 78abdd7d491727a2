using Platform.Data.Collation;

namespace Platform.Data.Tests.Collation;

internal static class Rows
{
    /// <summary>Consecutive ids, of which all but the first are learned.</summary>
    public static SupervisedExample Of(int length, int first = 10) =>
        new([.. Enumerable.Range(first, length)], [.. Enumerable.Range(first, length).Select((id, i) => i == 0 ? SupervisedExample.IgnoredLabel : id)]);
}
