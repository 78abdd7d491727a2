using System.Collections.Frozen;

namespace Platform.Data.Collation;

/// <summary>The ways of packing that a job can name.</summary>
public static class PackingCatalog
{
    /// <summary>Every row stays a row of its own.</summary>
    public const string None = "none";

    private static readonly FrozenDictionary<string, IPacking> ByName = new Dictionary<string, IPacking>
    {
        ["bestfit"] = new BestFitPacking(),
        ["bestfit-split"] = new BestFitPacking { Splits = true },
        ["knapsack"] = new KnapsackPacking(),
        ["wrapped"] = new WrappedPacking(),
    }.ToFrozenDictionary();

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Append(None).Order(StringComparer.Ordinal)];

    /// <summary>The packing of that name; null: none.</summary>
    /// <exception cref="ArgumentException">No packing has that name.</exception>
    public static IPacking? Get(string name) => name == None
        ? null
        : ByName.GetValueOrDefault(name) ?? throw new ArgumentException($"There is no packing '{name}'. Known: {string.Join(", ", Names)}.", nameof(name));
}
