using System.Globalization;
using Platform.LocalCluster.ApiServer;

namespace Platform.LocalCluster.Selectors;

/// <summary>A parsed label selector: all requirements must hold.</summary>
public sealed class LabelSelector
{
    public static readonly LabelSelector Everything = new([]);

    private readonly IReadOnlyList<Requirement> _requirements;

    private LabelSelector(IReadOnlyList<Requirement> requirements) => _requirements = requirements;

    public bool IsEmpty => _requirements.Count == 0;

    /// <summary>Throws 400 with the wording of apimachinery's parser.</summary>
    public static LabelSelector Parse(string? text) =>
        string.IsNullOrEmpty(text) ? Everything : new LabelSelector(new LabelSelectorParser(text).Parse());

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in _requirements)
            if (!requirement.Matches(labels)) return false;
        return true;
    }

    internal sealed record Requirement(string Key, string Operator, IReadOnlySet<string> Values)
    {
        public bool Matches(IReadOnlyDictionary<string, string> labels)
        {
            var present = labels.TryGetValue(Key, out var value);
            return Operator switch
            {
                "in" or "=" or "==" => present && Values.Contains(value!),
                "notin" or "!=" => !present || !Values.Contains(value!),
                "exists" => present,
                "!" => !present,
                "gt" => present && Compare(value!) > 0,
                _ => present && Compare(value!) < 0,
            };
        }

        private int? Compare(string value) =>
            long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number.CompareTo(long.Parse(Values.First(), CultureInfo.InvariantCulture)) : null;
    }
}
