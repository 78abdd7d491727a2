using System.Globalization;

namespace Platform.Data.Formats;

/// <summary>
/// The labels of a dataset in the order of their ids: whole numbers by value, then names by code unit, so that labels that
/// were numbers 0, 1, 2, … keep their number as id.
/// </summary>
public sealed class LabelNames
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private bool _allNumbers = true;
    private bool _anyFraction;

    public void Add(IRow row)
    {
        if (row is not ILabelledRow labelled) return;
        _names.UnionWith(labelled.Labels);
        var number = (row as ClassificationRow)?.Number;
        _allNumbers &= number is not null;
        _anyFraction |= number is { } amount && amount != Math.Floor(amount);
    }

    /// <summary>
    /// Every label once; the place is the id. Empty for rows without labels, and where all labels are numbers and some have fractions: those
    /// are amounts and no classes.
    /// </summary>
    public IReadOnlyList<string> InOrder() => _allNumbers && _anyFraction ? [] : [.. _names.OrderBy(Number).ThenBy(name => name, StringComparer.Ordinal)];

    private static decimal Number(string name) =>
        decimal.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : decimal.MaxValue;
}
