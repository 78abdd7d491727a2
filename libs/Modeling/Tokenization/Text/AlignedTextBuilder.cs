namespace Platform.Modeling.Tokenization.Text;

/// <summary>Builds the successor of an <see cref="AlignedText"/>, one code point at a time.</summary>
internal sealed class AlignedTextBuilder(int capacity)
{
    private int[] _points = new int[capacity];
    private int[] _starts = new int[capacity];
    private int[] _ends = new int[capacity];

    public int Length { get; private set; }

    public void Copy(AlignedText source, int index) => Add(source[index], source, index);

    public void Copy(AlignedText source, int start, int end)
    {
        for (var i = start; i < end; i++) Copy(source, i);
    }

    /// <summary>Adds a code point that stands for what <paramref name="alignedWith"/> stands for; before the first, for nothing.</summary>
    public void Add(int point, AlignedText source, int alignedWith)
    {
        if (Length == _points.Length) Grow();
        _points[Length] = point;
        (_starts[Length], _ends[Length]) = alignedWith < 0 ? (0, 0) : (source.StartOf(alignedWith), source.EndOf(alignedWith));
        Length++;
    }

    /// <summary>The text; the builder must not be used any more.</summary>
    public AlignedText Build() => new(_points, _starts, _ends, Length);

    private void Grow()
    {
        var capacity = Math.Max(16, Length * 2);
        Array.Resize(ref _points, capacity);
        Array.Resize(ref _starts, capacity);
        Array.Resize(ref _ends, capacity);
    }
}
