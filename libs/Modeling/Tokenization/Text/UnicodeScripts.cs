using System.Globalization;

namespace Platform.Modeling.Tokenization.Text;

/// <summary>The scripts of code points (Unicode Standard Annex 24) and those that tokenizer patterns name.</summary>
internal static class UnicodeScripts
{
    private static readonly Lazy<(int Start, int End, string Script)[]> Ranges = new(Load);

    /// <summary>The script of a code point in Unicode 9.0; null for one that is not assigned there.</summary>
    public static string? Of(int point)
    {
        var ranges = Ranges.Value;
        var (low, high) = (0, ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var (start, end, script) = ranges[middle];
            if (point < start) high = middle - 1;
            else if (point > end) low = middle + 1;
            else return script;
        }

        return null;
    }

    public static bool IsHan(int point) => point is
        (>= 0x2E80 and <= 0x2E99) or (>= 0x2E9B and <= 0x2EF3) or (>= 0x2F00 and <= 0x2FD5) or 0x3005 or 0x3007
        or (>= 0x3021 and <= 0x3029) or (>= 0x3038 and <= 0x303B) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF)
        or (>= 0xF900 and <= 0xFA6D) or (>= 0xFA70 and <= 0xFAD9) or (>= 0x20000 and <= 0x2FA1D) or (>= 0x30000 and <= 0x323AF);

    /// <summary>The script's ranges below U+10000 as they stand in a character class; null for a script that is not known here.</summary>
    public static string? PatternRanges(string name) => name switch
    {
        "Han" => @"\u2E80-\u2E99\u2E9B-\u2EF3\u2F00-\u2FD5\u3005\u3007\u3021-\u3029\u3038-\u303B\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFA6D\uFA70-\uFAD9",
        "Hiragana" => @"\u3041-\u3096\u309D-\u309F",
        "Katakana" => @"\u30A1-\u30FA\u30FD-\u30FF\u31F0-\u31FF\u32D0-\u32FE\u3300-\u3357\uFF66-\uFF6F\uFF71-\uFF9D",
        "Hangul" => @"\u1100-\u11FF\u302E\u302F\u3131-\u318E\u3200-\u321E\u3260-\u327E\uA960-\uA97C\uAC00-\uD7A3\uD7B0-\uD7C6\uD7CB-\uD7FB\uFFA0-\uFFBE\uFFC2-\uFFC7\uFFCA-\uFFCF\uFFD2-\uFFD7\uFFDA-\uFFDC",
        "Thai" => @"\u0E01-\u0E3A\u0E40-\u0E5B",
        _ => null,
    };

    private static (int Start, int End, string Script)[] Load()
    {
        using var stream = typeof(UnicodeScripts).Assembly.GetManifestResourceStream("unicode-scripts.txt")
            ?? throw new InvalidOperationException("unicode-scripts.txt is not embedded in the assembly.");
        using var reader = new StreamReader(stream);
        List<(int Start, int End, string Script)> ranges = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var fields = line.Split(' ');
            ranges.AddRange(fields.Skip(1).Select(range => range.Split('-')).Select(range => (Number(range[0]), Number(range[^1]), fields[0])));
        }

        return [.. ranges.OrderBy(range => range.Start)];

        static int Number(string hexadecimal) => int.Parse(hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
