using System.Collections.Frozen;

namespace Platform.FineTuning.Schedules;

/// <summary>The schedules a job can name. The figures are those of transformers' schedules of the same names.</summary>
public static class ScheduleCatalog
{
    private static readonly FrozenDictionary<string, Func<long, long, ISchedule>> ByName = new Dictionary<string, Func<long, long, ISchedule>>
    {
        ["constant"] = (warmup, _) => new ConstantSchedule(warmup),
        ["linear"] = (warmup, total) => new LinearSchedule(warmup, total),
        ["cosine"] = (warmup, total) => new CosineSchedule(warmup, total),
    }.ToFrozenDictionary();

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <exception cref="ArgumentException">No schedule has that name.</exception>
    public static ISchedule Create(string name, long warmupSteps, long totalSteps) => ByName.TryGetValue(name, out var create)
        ? create(warmupSteps, totalSteps)
        : throw new ArgumentException($"There is no schedule '{name}'. Known: {string.Join(", ", Names)}.", nameof(name));
}
