using Platform.Data.Formats;

namespace Platform.Data.Statistics;

/// <summary>What a dataset looks like before any tokenizer has seen it.</summary>
public sealed class RowStatistics
{
    private readonly Dictionary<string, long> _filled = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _labels = new(StringComparer.Ordinal);
    private readonly HashSet<UInt128> _seen = [];

    /// <summary>Of the rows' texts, in characters (code points).</summary>
    public LengthHistogram Lengths { get; } = new();

    /// <summary>Rows that another row before them equals.</summary>
    public long Duplicates { get; private set; }

    /// <summary>By label, how many rows have it.</summary>
    public IReadOnlyDictionary<string, long> LabelCounts => _labels;

    /// <summary>By field, in how many rows it is missing or empty; only fields that some row has and some row has not.</summary>
    public IReadOnlyDictionary<string, long> EmptyFields => _filled.Where(pair => pair.Value < Lengths.Rows).ToDictionary(pair => pair.Key, pair => Lengths.Rows - pair.Value);

    /// <param name="key">What equal rows have in common; see <see cref="DatasetSplit.KeyOf"/>.</param>
    public void Add(IRow row, RowTexts texts, UInt128 key)
    {
        Lengths.Add(texts.Characters);
        if (!_seen.Add(key)) Duplicates++;
        foreach (var field in texts.FilledFields) _filled[field] = _filled.GetValueOrDefault(field) + 1;
        foreach (var label in (row as ILabelledRow)?.Labels ?? []) _labels[label] = _labels.GetValueOrDefault(label) + 1;
    }
}
