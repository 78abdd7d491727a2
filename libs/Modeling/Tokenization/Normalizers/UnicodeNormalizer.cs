using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Normalizers;

/// <summary>
/// The four normalisation forms (Unicode Standard Annex 15), with alignments counted as the reference counts them: what a code
/// point decomposes into is its first part plus insertions behind it, and a composition swallows what follows its first part.
/// </summary>
internal sealed class UnicodeNormalizer(bool compatible, bool compose) : INormalizer
{
    // Hangul syllables are arithmetic: LV or LVT from 19 leads, 21 vowels and 28 tails (UAX 15).
    private const int SyllableFirst = 0xAC00, LeadFirst = 0x1100, VowelFirst = 0x1161, TailFirst = 0x11A7;
    private const int Leads = 19, Vowels = 21, Tails = 28, Syllables = Leads * Vowels * Tails;

    public AlignedText Normalize(AlignedText text)
    {
        if (!text.Points.ContainsAnyExceptInRange(0, 0x7F)) return text;
        var parts = Decompose(text);
        if (compose) parts = Compose(parts);
        return CodePointChange.Apply(text, parts);
    }

    private List<CodePointChange> Decompose(AlignedText text)
    {
        List<CodePointChange> parts = new(text.Length + 8);
        var sorted = 0; // parts before it will not move any more
        for (var i = 0; i < text.Length; i++)
        {
            if (DecomposeOne(text[i]) is not { } decomposed)
            {
                Add(text[i], 0);
                continue;
            }

            for (var part = 0; part < decomposed.Length; part++) Add(decomposed[part], part == 0 ? 0 : 1);
        }

        Sort(parts, sorted);
        return parts;

        void Add(int point, int change)
        {
            if (UnicodeTables.CombiningClass(point) == 0)
            {
                Sort(parts, sorted);
                sorted = parts.Count + 1;
            }

            parts.Add(new CodePointChange(point, change));
        }
    }

    private static void Sort(List<CodePointChange> parts, int from)
    {
        if (parts.Count - from < 2) return;
        var ordered = parts.Skip(from).OrderBy(part => UnicodeTables.CombiningClass(part.Point)).ToList();
        parts.RemoveRange(from, parts.Count - from);
        parts.AddRange(ordered);
    }

    private int[]? DecomposeOne(int point)
    {
        var syllable = point - SyllableFirst;
        if (syllable is < 0 or >= Syllables) return UnicodeTables.Decomposition(point, compatible);
        var lead = LeadFirst + (syllable / (Vowels * Tails));
        var vowel = VowelFirst + (syllable % (Vowels * Tails) / Tails);
        var tail = TailFirst + (syllable % Tails);
        return tail == TailFirst ? [lead, vowel] : [lead, vowel, tail];
    }

    private static List<CodePointChange> Compose(List<CodePointChange> parts)
    {
        List<CodePointChange> composed = new(parts.Count);
        var starter = -1;
        var lastClass = -1; // of what stands between the starter and here; -1 for nothing
        foreach (var part in parts)
        {
            var combiningClass = UnicodeTables.CombiningClass(part.Point);
            if (starter >= 0 && lastClass < combiningClass && ComposeTwo(composed[starter].Point, part.Point) is { } point)
            {
                composed[starter] = new CodePointChange(point, composed[starter].Change + part.Change - 1);
                continue;
            }

            if (combiningClass == 0) (starter, lastClass) = (composed.Count, -1);
            else lastClass = combiningClass;
            composed.Add(part);
        }

        return composed;
    }

    private static int? ComposeTwo(int first, int second)
    {
        if (first is >= LeadFirst and < LeadFirst + Leads && second is >= VowelFirst and < VowelFirst + Vowels)
            return SyllableFirst + ((((first - LeadFirst) * Vowels) + second - VowelFirst) * Tails);
        if (first is >= SyllableFirst and < SyllableFirst + Syllables && (first - SyllableFirst) % Tails == 0 && second is > TailFirst and < TailFirst + Tails)
            return first + second - TailFirst;
        return UnicodeTables.Composition(first, second);
    }
}
