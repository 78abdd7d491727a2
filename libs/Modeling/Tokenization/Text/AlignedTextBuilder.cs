namespace Platform.Modeling.Tokenization.Text;

/// <summary>Builds the successor of an <see cref="AlignedText"/>, one code point at a time.</summary>
internal sealed class AlignedTextBuilder(int capacity)
{
    private readonly List<int> _points = new(capacity);
    private readonly List<int> _starts = new(capacity);
    private readonly List<int> _ends = new(capacity);

    public int Length => _points.Count;

    public void Copy(AlignedText source, int index) => Add(source[index], source, index);

    public void Copy(AlignedText source, int start, int end)
    {
        for (var i = start; i < end; i++) Copy(source, i);
    }

    /// <summary>Adds a code point that stands for what <paramref name="alignedWith"/> stands for; before the first, for nothing.</summary>
    public void Add(int point, AlignedText source, int alignedWith)
    {
        _points.Add(point);
        _starts.Add(alignedWith < 0 ? 0 : source.StartOf(alignedWith));
        _ends.Add(alignedWith < 0 ? 0 : source.EndOf(alignedWith));
    }

    public AlignedText Build() => new([.. _points], [.. _starts], [.. _ends]);
}
