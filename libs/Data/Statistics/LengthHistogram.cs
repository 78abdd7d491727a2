using System.Globalization;
using System.Numerics;

namespace Platform.Data.Statistics;

/// <summary>How long rows are: counts in classes that double in width, 1 to 16, 17 to 32, 33 to 64 and so on.</summary>
public sealed class LengthHistogram
{
    private const int FirstClass = 16;
    private const string ClassPrefix = "up to ";

    private readonly SortedDictionary<long, long> _rowsUpTo = [];

    /// <summary>The sum of all lengths.</summary>
    public long Total { get; private set; }

    /// <summary>The longest.</summary>
    public long Longest { get; private set; }

    public long Rows { get; private set; }

    /// <summary>By the greatest length of a class, how many rows are in it; classes without rows are left out.</summary>
    public IEnumerable<(long UpTo, long Rows)> Classes => _rowsUpTo.Select(pair => (pair.Key, pair.Value));

    public void Add(long length)
    {
        var upTo = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(length, FirstClass));
        _rowsUpTo[upTo] = _rowsUpTo.GetValueOrDefault(upTo) + 1;
        (Total, Longest, Rows) = (Total + length, Math.Max(Longest, length), Rows + 1);
    }

    /// <summary>The histogram as numbers by name; see <see cref="FromCounts"/>.</summary>
    internal IEnumerable<KeyValuePair<string, long>> ToCounts() =>
        [new("total", Total), new("longest", Longest), .. _rowsUpTo.Select(pair => new KeyValuePair<string, long>(string.Create(CultureInfo.InvariantCulture, $"{ClassPrefix}{pair.Key}"), pair.Value))];

    /// <summary>The histogram that gave these numbers.</summary>
    internal static LengthHistogram FromCounts(IReadOnlyDictionary<string, long> counts)
    {
        var histogram = new LengthHistogram { Total = counts["total"], Longest = counts["longest"] };
        foreach (var (name, rows) in counts.Where(count => count.Key.StartsWith(ClassPrefix, StringComparison.Ordinal)))
        {
            histogram._rowsUpTo[long.Parse(name.AsSpan(ClassPrefix.Length), CultureInfo.InvariantCulture)] = rows;
            histogram.Rows += rows;
        }

        return histogram;
    }
}
