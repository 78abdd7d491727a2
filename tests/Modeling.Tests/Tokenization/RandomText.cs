using System.Text;

namespace Platform.Modeling.Tests.Tokenization;

/// <summary>Short texts of everything Unicode has, with what tokenizers care for more often.</summary>
internal static class RandomText
{
    private static readonly (int First, int Last)[] Ranges =
    [
        ('a', 'z'), ('a', 'z'), ('A', 'Z'), ('0', '9'), (' ', ' '), (' ', ' '), ('!', '/'), (0x09, 0x0D), (0xA0, 0xFF), (0x300, 0x36F), (0x400, 0x44F),
        (0x600, 0x6FF), (0x900, 0x97F), (0x1100, 0x11FF), (0x2000, 0x206F), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xFB00, 0xFFFD),
        (0x1F300, 0x1F64F), (0x1F3FB, 0x1F3FF), (0x200D, 0x200D), (0x20000, 0x2A6DF), (0x0, 0x10FFFF),
    ];

    private static readonly string[] Words = ["the", "model", " training", "don't", "  ", "\n", "Straße", "数据", "👩‍👩‍👧‍👦", "ﬁ", "##", "<s>", "[UNK]", "</s>"];

    public static string Next(Random random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(14); left > 0; left--)
        {
            if (random.Next(6) == 0)
            {
                text.Append(Words[random.Next(Words.Length)]);
                continue;
            }

            var (first, last) = Ranges[random.Next(Ranges.Length)];
            var point = random.Next(first, last + 1);
            if (Rune.IsValid(point)) text.Append(new Rune(point));
            else text.Append((char)point); // half a surrogate pair
        }

        return text.ToString();
    }
}
