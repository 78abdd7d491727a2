using System.Globalization;

namespace Platform.Modeling.Tokenization.Decoders;

/// <summary>Turns runs of <c>&lt;0x0A&gt;</c> tokens into text, or one U+FFFD per byte where they are no UTF-8.</summary>
internal sealed class ByteFallbackDecoder : IDecoder
{
    private static readonly System.Text.UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public List<string> Decode(List<string> tokens)
    {
        List<string> pieces = [];
        List<byte> run = [];
        foreach (var token in tokens)
        {
            if (IsByte(token, out var value))
            {
                run.Add(value);
                continue;
            }

            Flush(run, pieces);
            pieces.Add(token);
        }

        Flush(run, pieces);
        return pieces;
    }

    private static bool IsByte(string token, out byte value)
    {
        value = 0;
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static void Flush(List<byte> run, List<string> pieces)
    {
        if (run.Count == 0) return;
        try
        {
            pieces.Add(Strict.GetString([.. run]));
        }
        catch (System.Text.DecoderFallbackException)
        {
            pieces.AddRange(Enumerable.Repeat("\uFFFD", run.Count));
        }

        run.Clear();
    }
}
