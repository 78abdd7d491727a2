namespace Platform.Modeling.Tokenization.Text;

/// <summary>
/// A text on its way through normalisation: each code point knows which range of the original text (in code points) it stands
/// for, so that every token can say where it came from.
/// </summary>
internal sealed class AlignedText
{
    private readonly int[] _points;
    private readonly int[] _starts;
    private readonly int[] _ends;
    private char[]? _proxies;

    /// <param name="length">How much of the arrays is the text.</param>
    internal AlignedText(int[] points, int[] starts, int[] ends, int length)
    {
        _points = points;
        _starts = starts;
        _ends = ends;
        Length = length;
    }

    internal AlignedText(int[] points, int[] starts, int[] ends)
        : this(points, starts, ends, points.Length)
    {
    }

    public static AlignedText Empty { get; } = new([], [], []);

    /// <summary>The text itself; its first code point stands at <paramref name="offset"/> of the original.</summary>
    public static AlignedText Of(ReadOnlySpan<int> points, int offset)
    {
        var (starts, ends) = (new int[points.Length], new int[points.Length]);
        for (var i = 0; i < points.Length; i++) (starts[i], ends[i]) = (offset + i, offset + i + 1);
        return new AlignedText(points.ToArray(), starts, ends);
    }

    public static AlignedText Of(string text) => Of(CodePoints.Of(text), 0);

    public int Length { get; }

    public int this[int index] => _points[index];

    public ReadOnlySpan<int> Points => _points.AsSpan(0, Length);

    /// <summary>One UTF-16 unit per code point, for matching patterns (see <see cref="PatternText"/>).</summary>
    public ReadOnlySpan<char> Proxies => _proxies ??= PatternText.Of(Points);

    public int StartOf(int index) => _starts[index];

    public int EndOf(int index) => _ends[index];

    public string Slice(int start, int end) => CodePoints.ToText(_points.AsSpan(start..end));

    public AlignedText Part(int start, int end) => new(_points[start..end], _starts[start..end], _ends[start..end]);

    public override string ToString() => CodePoints.ToText(Points);
}
