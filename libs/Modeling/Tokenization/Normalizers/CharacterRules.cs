using System.Globalization;
using System.Text;
using Platform.Modeling.Tokenization.PreTokenizers;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Normalizers;

/// <summary>The normalizers that decide code point by code point.</summary>
internal static class CharacterRules
{
    private const int CombiningDotAbove = 0x307;
    private const int CapitalIWithDot = 0x130;

    public static void Lowercase(AlignedText text, int index, AlignedTextBuilder target)
    {
        // The one letter whose lower case is two code points.
        if (text[index] == CapitalIWithDot)
        {
            target.Add('i', text, index);
            target.Add(CombiningDotAbove, text, index);
        }
        else target.Add(Rune.ToLowerInvariant(new Rune(text[index])).Value, text, index);
    }

    public static void StripAccents(AlignedText text, int index, AlignedTextBuilder target)
    {
        if (!IsMark(text[index])) target.Copy(text, index);
    }

    public static void StripNonSpacingMarks(AlignedText text, int index, AlignedTextBuilder target)
    {
        if (Rune.GetUnicodeCategory(new Rune(text[index])) != UnicodeCategory.NonSpacingMark) target.Copy(text, index);
    }

    public static void ToBytes(AlignedText text, int index, AlignedTextBuilder target) =>
        ByteLevelPreTokenizer.WriteBytes(text, index, index + 1, target);

    /// <summary>BERT's: no control characters, every white space a plain one.</summary>
    public static void CleanText(AlignedText text, int index, AlignedTextBuilder target)
    {
        var point = text[index];
        if (point is 0 or 0xFFFD) return;
        var space = point is '\t' or '\n' or '\r';
        if (!space && IsOther(point)) return;
        target.Add(space || CodePoints.IsWhiteSpace(point) ? ' ' : point, text, index);
    }

    public static void PadIdeographs(AlignedText text, int index, AlignedTextBuilder target)
    {
        if (!IsIdeograph(text[index]))
        {
            target.Copy(text, index);
            return;
        }

        target.Add(' ', text, index);
        target.Copy(text, index);
        target.Add(' ', text, index);
    }

    /// <summary>SentencePiece's <c>nmt</c> rules.</summary>
    public static void Nmt(AlignedText text, int index, AlignedTextBuilder target)
    {
        switch (text[index])
        {
            case (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F:
                return;
            case 0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD:
                target.Add(' ', text, index);
                return;
            default:
                target.Copy(text, index);
                return;
        }
    }

    private static bool IsMark(int point) => Rune.GetUnicodeCategory(new Rune(point)) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static bool IsOther(int point) => Rune.GetUnicodeCategory(new Rune(point)) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static bool IsIdeograph(int point) => point is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
