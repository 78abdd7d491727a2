using System.Text.Json;

namespace Platform.Parity;

/// <summary>Collects differences of a case; the verdict shows the first few.</summary>
internal sealed class Mismatches
{
    private const int Shown = 4;
    private const int ShownBefore = 20;
    private const int ShownCharacters = 120;
    private readonly List<string> _found = [];
    private int _checks;

    public void Check(string what, string expected, string actual)
    {
        _checks++;
        if (expected == actual) return;
        var same = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
        var from = Math.Max(0, same - ShownBefore);
        _found.Add($"{Cut(what)}: at character {same} expected {Cut(expected[from..])}, got {Cut(actual[from..])}");
    }

    public void Check(string what, JsonElement expected, object? actual) => Check(what, JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));

    public void Near(string what, double expected, double actual, double tolerance)
    {
        _checks++;
        var near = double.IsNaN(expected) ? double.IsNaN(actual) : expected.Equals(actual) || Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected));
        if (!near) _found.Add($"{what}: expected {expected:R}, got {actual:R}, tolerance {tolerance:R}");
    }

    /// <summary>Runs a check that may throw; an exception is a difference.</summary>
    public void Try(string what, Action check)
    {
        try
        {
            check();
        }
        catch (Exception broken) when (broken is not UnsupportedCaseException and not NotSupportedException)
        {
            _checks++;
            _found.Add($"{what}: {broken.GetType().Name}: {broken.Message}");
        }
    }

    public ParityVerdict Verdict() => _found.Count == 0 && _checks > 0
        ? new ParityVerdict.Passed()
        : new ParityVerdict.Failed(_checks == 0 ? "the case checked nothing" : $"{_found.Count} of {_checks} differ. {string.Join(" | ", _found.Take(Shown))}");

    private static string Cut(string text) => text.Length <= ShownCharacters ? text : text[..ShownCharacters] + "…";
}
