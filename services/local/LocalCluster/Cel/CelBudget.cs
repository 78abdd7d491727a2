using System.Text.Json.Nodes;

namespace Platform.LocalCluster.Cel;

/// <summary>What the rules of one object may cost when they run, all of them and each alone; the limits are those of Kubernetes.</summary>
internal sealed class CelBudget
{
    private const long PerExpression = 1_000_000;
    private const long PerObject = 10_000_000;
    private const int CharactersPerStep = 10;

    private long _left = PerObject;
    private long _leftOfExpression = PerExpression;

    public bool IsSpent => _left < 0 || _leftOfExpression < 0;

    public void Begin() => _leftOfExpression = PerExpression;

    /// <summary>Throws <see cref="CelException"/> once more is spent than there is; no handler of a rule may go on from that.</summary>
    public void Spend(long steps)
    {
        _left -= steps;
        _leftOfExpression -= steps;
        if (IsSpent) throw new CelException("operation cancelled: actual cost limit exceeded");
    }

    /// <summary>Pays for a call before it is made, by what it will read.</summary>
    public void SpendOn(string function, IReadOnlyList<object?> arguments)
    {
        var first = arguments.Count > 0 ? arguments[0] : null;
        var second = arguments.Count > 1 ? arguments[1] : null;
        Spend(function switch
        {
            "_==_" or "_!=_" => Math.Min(Read(first), Read(second)),
            "_in_" => CelValues.IsMap(second) ? 1 : Read(second) + (Length(second) * Read(first)),
            "distinct" => Length(first) * Read(first),
            "contains" or "intersects" or "equivalent" when first is not string => Length(first) * Read(second),
            "matches" or "find" or "findAll" or "contains" => (1 + Read(first)) * (1 + Read(second)),
            _ => Read(first) + Read(second),
        });
    }

    private static long Length(object? value) => value switch
    {
        JsonArray list => list.Count,
        ICollection<object?> list => list.Count,
        _ => 1,
    };

    private static long Read(object? value) => value switch
    {
        string text => text.Length / CharactersPerStep,
        JsonObject map => 1 + map.Sum(p => 1 + Read(p.Value)),
        JsonArray list => 1 + list.Sum(Read),
        JsonValue scalar => scalar.TryGetValue<string>(out var text) ? 1 + (text.Length / CharactersPerStep) : 1,
        IDictionary<object, object?> map => 1 + map.Sum(p => Read(p.Key) + Read(p.Value)),
        IEnumerable<object?> list => 1 + list.Sum(Read),
        _ => 0,
    };
}
