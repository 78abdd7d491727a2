using System.Collections.Frozen;
using System.Globalization;

namespace Platform.Modeling.Tokenization.Text;

/// <summary>
/// Decompositions and combining classes. The platform runs with invariant globalisation, in which
/// <c>string.Normalize</c> does nothing; the tables come from the embedded file <c>unicode-decompositions.txt</c>.
/// </summary>
internal static class UnicodeTables
{
    private static readonly Lazy<Tables> Loaded = new(Load);

    private sealed record Tables(
        FrozenDictionary<int, int[]> Canonical, FrozenDictionary<int, int[]> Compatible,
        FrozenDictionary<int, byte> Classes, FrozenDictionary<(int, int), int> Compositions);

    public static byte CombiningClass(int point) => point < 0x300 ? (byte)0 : Loaded.Value.Classes.GetValueOrDefault(point);

    /// <summary>The full decomposition, or null for a code point that has none.</summary>
    public static int[]? Decomposition(int point, bool compatible)
    {
        if (point < 0xA0) return null;
        return compatible && Loaded.Value.Compatible.TryGetValue(point, out var parts) ? parts : Loaded.Value.Canonical.GetValueOrDefault(point);
    }

    public static int? Composition(int first, int second) => Loaded.Value.Compositions.TryGetValue((first, second), out var composed) ? composed : null;

    // Lines: "C point parts…" canonical, "K point parts…" compatible (both full), "P first second composed", "M class points…".
    private static Tables Load()
    {
        using var stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("unicode-decompositions.txt")
            ?? throw new InvalidOperationException("unicode-decompositions.txt is not embedded in the assembly.");
        using var reader = new StreamReader(stream);
        Dictionary<int, int[]> canonical = [], compatible = [];
        Dictionary<int, byte> classes = [];
        Dictionary<(int, int), int> compositions = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var fields = line[2..].Split(' ');
            var numbers = fields.Select(field => int.Parse(field, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
            switch (line[0])
            {
                case 'C':
                    canonical[numbers[0]] = numbers[1..];
                    break;
                case 'K':
                    compatible[numbers[0]] = numbers[1..];
                    break;
                case 'P':
                    compositions[(numbers[0], numbers[1])] = numbers[2];
                    break;
                default:
                    foreach (var point in numbers[1..]) classes[point] = (byte)numbers[0];
                    break;
            }
        }

        return new Tables(canonical.ToFrozenDictionary(), compatible.ToFrozenDictionary(), classes.ToFrozenDictionary(), compositions.ToFrozenDictionary());
    }
}
