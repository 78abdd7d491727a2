namespace Platform.Metrics.Translation;

/// <summary>
/// The edits of TER with shifts: again and again the one shift that saves most edits, then the longest, the earliest, to the earliest place.
/// A run is shifted only if it is wrong where it stands and missing where it goes; runs of at most 10 words by at most 50 places, and after
/// 1,000 candidates no more. Differs from sacrebleu: none.
/// </summary>
internal static class TerShifts
{
    private const int LongestRun = 10;
    private const int LongestWay = 50;
    private const int MostCandidates = 1000;

    public static int Edits(string[] hypothesis, string[] reference)
    {
        if (reference.Length == 0) return hypothesis.Length;
        var (words, shifts, tried) = (hypothesis, 0, 0);
        while (true)
        {
            var best = Best(words, reference, ref tried);
            if (best is null || best.Saved <= 0 || tried >= MostCandidates) break;
            (words, shifts) = (best.Words, shifts + 1);
        }

        return shifts + TerAlignment.Of(words, reference).Edits;
    }

    private static Shift? Best(string[] words, string[] reference, ref int tried)
    {
        var now = TerAlignment.Of(words, reference);
        Shift? best = null;
        foreach (var (start, target, length) in CommonRuns(words, reference))
        {
            if (!now.HypothesisWrong.AsSpan(start, length).Contains(true) || !now.ReferenceWrong.AsSpan(target, length).Contains(true)) continue;
            if (now.Target[target] >= start && now.Target[target] < start + length) continue;
            var before = -1;
            for (var offset = -1; offset < length; offset++)
            {
                var place = target + offset < 0 ? 0 : now.Target[target + offset] + 1;
                if (place == before) continue;
                before = place;
                var moved = Move(words, start, length, place);
                var shift = new Shift(now.Edits - TerAlignment.Of(moved, reference).Edits, length, start, place, moved);
                tried++;
                if (best is null || shift.IsBetterThan(best)) best = shift;
            }

            if (tried >= MostCandidates) break;
        }

        return best;
    }

    private static IEnumerable<(int Start, int Target, int Length)> CommonRuns(string[] words, string[] reference)
    {
        for (var start = 0; start < words.Length; start++)
        {
            for (var target = Math.Max(0, start - LongestWay); target < Math.Min(reference.Length, start + LongestWay + 1); target++)
            {
                var longest = Math.Min(LongestRun, Math.Min(words.Length - start, reference.Length - target));
                for (var length = 1; length <= longest && words[start + length - 1] == reference[target + length - 1]; length++) yield return (start, target, length);
            }
        }
    }

    private static string[] Move(string[] words, int start, int length, int place)
    {
        var run = words[start..(start + length)];
        if (place < start) return [.. words[..place], .. run, .. words[place..start], .. words[(start + length)..]];
        if (place > start + length) return [.. words[..start], .. words[(start + length)..place], .. run, .. words[place..]];

        // The place lies in the run: the run goes on by so many words as the place lies behind its start.
        var end = Math.Min(words.Length, length + place);
        return [.. words[..start], .. words[(start + length)..end], .. run, .. words[end..]];
    }

    private sealed record Shift(int Saved, int Length, int Start, int Place, string[] Words)
    {
        public bool IsBetterThan(Shift other) => (Saved, Length, -Start, -Place).CompareTo((other.Saved, other.Length, -other.Start, -other.Place)) > 0;
    }
}
