namespace Platform.Modeling.Tokenization.Text;

/// <summary>GPT-2's alphabet: one printable character for each of the 256 bytes.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] ByByte = Build();
    private static readonly short[] ByCharacter = Invert();

    /// <summary>What a space becomes.</summary>
    public const char Space = 'Ġ';

    public static IReadOnlyList<char> Characters => ByByte;

    public static char Of(byte value) => ByByte[value];

    /// <summary>The byte that a character stands for, or -1.</summary>
    public static int ByteOf(char character) => character < ByCharacter.Length ? ByCharacter[character] : -1;

    private static char[] Build()
    {
        var characters = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = (char)(printable ? value : next++);
        }

        return characters;
    }

    private static short[] Invert()
    {
        var bytes = new short[ByByte.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (var value = 0; value < 256; value++) bytes[ByByte[value]] = (short)value;
        return bytes;
    }
}
