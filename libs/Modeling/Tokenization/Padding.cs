namespace Platform.Modeling.Tokenization;

/// <summary>How encodings are made equally long.</summary>
/// <param name="ToLength">The length; null for the longest of the batch.</param>
/// <param name="ToMultipleOf">The length is rounded up to a multiple of it.</param>
public sealed record Padding(int Id, string Token, bool Left = false, int? ToLength = null, int? ToMultipleOf = null, int TypeId = 0)
{
    /// <summary>Pads every encoding of the batch, with its overflow.</summary>
    public IReadOnlyList<Encoding> Apply(IReadOnlyList<Encoding> batch)
    {
        var length = ToLength ?? batch.Select(encoding => encoding.Length).DefaultIfEmpty(0).Max();
        if (ToMultipleOf is { } multiple and > 1) length = (length + multiple - 1) / multiple * multiple;
        return [.. batch.Select(encoding => Pad(encoding, length))];
    }

    private Encoding Pad(Encoding encoding, int length)
    {
        var filler = new Encoding();
        while (encoding.Length + filler.Length < length) filler.Add(Id, Token, (0, 0), TypeId, null, null, special: true, padding: true);
        var padded = Encoding.Concat(Left ? [filler, encoding] : [encoding, filler]);
        padded.Overflowing.AddRange(encoding.Overflowing.Select(rest => Pad(rest, length)));
        return padded;
    }
}
