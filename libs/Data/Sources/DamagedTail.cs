using System.Runtime.CompilerServices;

namespace Platform.Data.Sources;

/// <summary>Turns what a decoder throws on damaged content into a last row that tells it.</summary>
internal static class DamagedTail
{
    /// <param name="rows">What the decoder makes of the file.</param>
    /// <param name="kind">Completes <c>the file is a damaged …</c>.</param>
    /// <param name="isDamage">Whether the exception is the content's fault, and not the machine's or the network's.</param>
    public static async IAsyncEnumerable<SourceRow> AsRowAsync(
        this IAsyncEnumerable<SourceRow> rows, string kind, Func<Exception, bool> isDamage, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var reading = rows.GetAsyncEnumerator(cancellation);
        var number = 0L;
        while (true)
        {
            SourceRow row;
            try
            {
                if (!await reading.MoveNextAsync()) yield break;
                row = reading.Current;
            }
            catch (Exception damage) when (isDamage(damage))
            {
                row = SourceRow.Broken(-1, $"the file is a damaged {kind} after row {number} ({damage.GetType().Name}: {damage.Message}); nothing after it was read");
            }

            if (row.Number < 0)
            {
                yield return row with { Number = number + 1 };
                yield break;
            }

            number = row.Number;
            yield return row;
        }
    }
}
