using Platform.Data.Statistics;

namespace Platform.Data;

/// <summary>Leaves out rows that are too short, too long, or there already.</summary>
/// <param name="minCharacters">Of all texts of a row together.</param>
/// <param name="maxCharacters">Null: any length.</param>
/// <param name="dropDuplicates">Whether only the first of equal rows is kept.</param>
public sealed class RowFilter(long minCharacters = 0, long? maxCharacters = null, bool dropDuplicates = false)
{
    private readonly HashSet<UInt128> _kept = [];

    /// <summary>Rows left out so far.</summary>
    public long LeftOut { get; private set; }

    /// <param name="key">What equal rows have in common; see <see cref="DatasetSplit.KeyOf"/>.</param>
    public bool Keeps(RowTexts texts, UInt128 key)
    {
        var keeps = texts.Characters >= minCharacters && texts.Characters <= (maxCharacters ?? long.MaxValue) && (!dropDuplicates || _kept.Add(key));
        if (!keeps) LeftOut++;
        return keeps;
    }
}
