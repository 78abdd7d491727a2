using System.Text;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.PreTokenizers;

/// <summary>GPT-2's: cuts at words (unless another pre-tokenizer did) and turns every UTF-8 byte into its letter.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool cutWords) : IPreTokenizer
{
    private static readonly TextPattern Words =
        TextPattern.Expression(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+");

    public void Apply(PreTokenizedText text)
    {
        if (addPrefixSpace)
        {
            text.Rewrite((source, start, end, target) =>
            {
                if (source[start] != ' ') target.Add(' ', source, start);
                target.Copy(source, start, end);
            });
        }

        if (cutWords) text.Split((source, start, end) => SplitBehavior.Isolated.Cut(start, end, Words.Matches(source, start, end)));
        text.Rewrite(WriteBytes);
    }

    internal static void WriteBytes(AlignedText source, int start, int end, AlignedTextBuilder target)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (var i = start; i < end; i++)
        {
            var point = source[i];
            if (point < 0x80)
            {
                target.Add(ByteAlphabet.Of((byte)point), source, i);
                continue;
            }

            var length = new Rune(point).EncodeToUtf8(bytes);
            foreach (var value in bytes[..length]) target.Add(ByteAlphabet.Of(value), source, i);
        }
    }
}
