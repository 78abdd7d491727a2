namespace Platform.Metrics.Translation;

/// <summary>
/// What stands for a precision of 0 (Chen and Cherry, "A systematic comparison of smoothing techniques for sentence-level BLEU", 2014):
/// nothing; a small count (floor); halves, quarters, … of a count (exp, their method 3); or k added above order 1 (add-k, their method 2).
/// </summary>
public sealed record BleuSmoothing
{
    private const double UsualFloor = 0.1;
    private static readonly string[] Names = ["add-k", "exp", "floor", "none"];

    private BleuSmoothing(string name, double value) => (Name, Value) = (name, value);

    public static BleuSmoothing None { get; } = new("none", 0);

    public static BleuSmoothing Exponential { get; } = new("exp", 0);

    public string Name { get; }

    public double Value { get; }

    public static BleuSmoothing Floor(double count = UsualFloor) => new("floor", count);

    public static BleuSmoothing AddK(double k = 1) => new("add-k", k);

    /// <param name="value">Of floor and add-k; null: 0.1 and 1.</param>
    /// <exception cref="ArgumentException">There is no such smoothing.</exception>
    public static BleuSmoothing Named(string name, double? value = null) => name switch
    {
        "none" => None,
        "exp" => Exponential,
        "floor" => Floor(value ?? UsualFloor),
        "add-k" => AddK(value ?? 1),
        _ => throw new ArgumentException($"There is no BLEU smoothing '{name}'. Known: {string.Join(", ", Names)}.", nameof(name)),
    };
}
