namespace Platform.Quantization.Nf4;

/// <summary>Sixteen values in [-1, 1] that a weight divided by its block's largest magnitude is rounded to.</summary>
public sealed class FourBitCodebook
{
    public const int Size = 16;

    private readonly float[] _values;
    private readonly float[] _midpoints = new float[Size - 1];
    private readonly byte[] _codeOfRank;

    internal FourBitCodebook(string name, float[] values)
    {
        (Name, _values) = (name, values);
        // A stable order: of two equal values the one with the smaller code comes first.
        _codeOfRank = [.. Enumerable.Range(0, Size).OrderBy(code => values[code]).Select(code => (byte)code)];
        for (var rank = 0; rank < Size - 1; rank++) _midpoints[rank] = (values[_codeOfRank[rank]] + values[_codeOfRank[rank + 1]]) / 2;
    }

    /// <summary><c>nf4</c> or <c>fp4</c>.</summary>
    public string Name { get; }

    /// <summary>The value of each code.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <exception cref="ArgumentException">There is no such codebook.</exception>
    public static FourBitCodebook Named(string name) => name switch
    {
        "nf4" => Nf4Codebook.Instance,
        "fp4" => Fp4Codebook.Instance,
        _ => throw new ArgumentException($"No 4-bit codebook '{name}'. Known: fp4, nf4."),
    };

    /// <summary>The code nearest to <paramref name="value"/>; exactly between two values, the smaller one.</summary>
    public byte Nearest(float value)
    {
        var rank = 0;
        foreach (var midpoint in _midpoints) rank += value > midpoint ? 1 : 0; // branch-free: 15 compares beat a search
        return _codeOfRank[rank];
    }
}
