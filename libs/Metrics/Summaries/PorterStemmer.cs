namespace Platform.Metrics.Summaries;

/// <summary>
/// Reduces English words to stems (Porter, "An algorithm for suffix stripping", 1980). Differs from the paper, as NLTK's default mode does:
/// a list of irregular words; words of up to two letters stay; -ies and -ied of four letters keep the e; y becomes i only after a consonant;
/// -bli instead of -abli; -alli, -fulli and -logi; a short vowel-consonant word ends like consonant-vowel-consonant.
/// </summary>
public static class PorterStemmer
{
    private static readonly (string Stem, string[] Words)[] IrregularWords =
    [
        ("sky", ["sky", "skies"]), ("die", ["dying"]), ("lie", ["lying"]), ("tie", ["tying"]), ("news", ["news"]), ("inning", ["innings", "inning"]),
        ("outing", ["outings", "outing"]), ("canning", ["cannings", "canning"]), ("howe", ["howe"]), ("proceed", ["proceed"]), ("exceed", ["exceed"]), ("succeed", ["succeed"]),
    ];

    private static readonly Dictionary<string, string> Irregular =
        IrregularWords.SelectMany(group => group.Words.Select(word => (word, group.Stem))).ToDictionary(StringComparer.Ordinal);

    private static readonly (string Suffix, string Replacement)[] SecondStep =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"), ("alli", "al"), ("entli", "ent"),
        ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"),
        ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("fulli", "ful"),
    ];

    private static readonly (string Suffix, string Replacement)[] ThirdStep =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    private static readonly string[] FourthStep =
        ["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize"];

    /// <summary>The stem in lower case.</summary>
    public static string Stem(string word)
    {
        var lower = word.ToLowerInvariant();
        if (Irregular.TryGetValue(lower, out var known)) return known;
        if (lower.Length <= 2) return lower;
        return WithoutE(WithoutFourth(Replaced(Second(WithoutY(WithoutEdIng(WithoutPlural(lower)))), ThirdStep)));
    }

    private static string WithoutPlural(string word)
    {
        if (word.EndsWith("ies", StringComparison.Ordinal)) return word.Length == 4 ? word[..^1] : word[..^2];
        if (word.EndsWith("sses", StringComparison.Ordinal)) return word[..^2];
        if (word.EndsWith("ss", StringComparison.Ordinal)) return word;
        return word.EndsWith('s') ? word[..^1] : word;
    }

    private static string WithoutEdIng(string word)
    {
        if (word.EndsWith("ied", StringComparison.Ordinal)) return word.Length == 4 ? word[..^1] : word[..^2];
        if (word.EndsWith("eed", StringComparison.Ordinal)) return Measure(word[..^3]) > 0 ? word[..^1] : word;
        foreach (var suffix in (string[])["ed", "ing"])
        {
            if (word.EndsWith(suffix, StringComparison.Ordinal) && HasVowel(word[..^suffix.Length])) return Mended(word[..^suffix.Length]);
        }

        return word;
    }

    private static string Mended(string stem)
    {
        if (stem.EndsWith("at", StringComparison.Ordinal) || stem.EndsWith("bl", StringComparison.Ordinal) || stem.EndsWith("iz", StringComparison.Ordinal)) return stem + "e";
        if (stem.Length >= 2 && stem[^1] == stem[^2] && IsConsonant(stem, stem.Length - 1)) return stem[^1] is 'l' or 's' or 'z' ? stem : stem[..^1];
        return Measure(stem) == 1 && EndsShort(stem) ? stem + "e" : stem;
    }

    private static string WithoutY(string word) => word.EndsWith('y') && word.Length > 2 && IsConsonant(word, word.Length - 2) ? word[..^1] + "i" : word;

    private static string Second(string word)
    {
        if (word.EndsWith("alli", StringComparison.Ordinal) && Measure(word[..^4]) > 0) return Second(word[..^2]);
        var replaced = Replaced(word, SecondStep);
        return replaced == word && word.EndsWith("logi", StringComparison.Ordinal) && Measure(word[..^3]) > 0 ? word[..^1] : replaced;
    }

    // The first suffix that fits decides, whether its stem is long enough or not.
    private static string Replaced(string word, (string Suffix, string Replacement)[] rules)
    {
        foreach (var (suffix, replacement) in rules)
        {
            if (!word.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var stem = word[..^suffix.Length];
            return Measure(stem) > 0 ? stem + replacement : word;
        }

        return word;
    }

    private static string WithoutFourth(string word)
    {
        foreach (var suffix in FourthStep)
        {
            if (!word.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var stem = word[..^suffix.Length];
            return Measure(stem) > 1 && (suffix != "ion" || stem[^1] is 's' or 't') ? stem : word;
        }

        return word;
    }

    private static string WithoutE(string word)
    {
        if (word.EndsWith('e') && (Measure(word[..^1]) > 1 || (Measure(word[..^1]) == 1 && !EndsShort(word[..^1])))) word = word[..^1];
        return word.EndsWith("ll", StringComparison.Ordinal) && Measure(word[..^1]) > 1 ? word[..^1] : word;
    }

    private static bool IsConsonant(string word, int i)
    {
        // A y is a consonant at the start and after a vowel; a run of them alternates.
        var first = i;
        while (first > 0 && word[first] == 'y') first--;
        var consonant = word[first] is not ('a' or 'e' or 'i' or 'o' or 'u');
        return (i - first) % 2 == 0 ? consonant : !consonant;
    }

    private static bool HasVowel(string stem) => Enumerable.Range(0, stem.Length).Any(i => !IsConsonant(stem, i));

    // m of the paper: how often a vowel is followed by a consonant
    private static int Measure(string stem) => Enumerable.Range(1, Math.Max(0, stem.Length - 1)).Count(i => !IsConsonant(stem, i - 1) && IsConsonant(stem, i));

    private static bool EndsShort(string word) => word.Length switch
    {
        2 => !IsConsonant(word, 0) && IsConsonant(word, 1),
        >= 3 => IsConsonant(word, word.Length - 3) && !IsConsonant(word, word.Length - 2) && IsConsonant(word, word.Length - 1) && word[^1] is not ('w' or 'x' or 'y'),
        _ => false,
    };
}
