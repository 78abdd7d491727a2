namespace Platform.Metrics.Translation;

/// <summary>
/// Edits from a hypothesis to a reference within a beam around the diagonal, and which words stand against which. Of equally cheap edits a
/// substitution comes first, then a deletion, then an insertion. Differs from sacrebleu: rows are not kept between hypotheses.
/// </summary>
internal sealed class TerAlignment
{
    private const int Beam = 25;
    private const int Unreached = int.MaxValue / 2;

    private TerAlignment(int edits, int[] target, bool[] hypothesisWrong, bool[] referenceWrong) =>
        (Edits, Target, HypothesisWrong, ReferenceWrong) = (edits, target, hypothesisWrong, referenceWrong);

    private enum Step : byte
    {
        Insert,
        Delete,
        Match,
        Substitute,
    }

    public int Edits { get; }

    /// <summary>For each reference word the hypothesis word at or before it; -1: none.</summary>
    public int[] Target { get; }

    public bool[] HypothesisWrong { get; }

    public bool[] ReferenceWrong { get; }

    public static TerAlignment Of(string[] hypothesis, string[] reference)
    {
        var (edits, steps) = Fill(hypothesis, reference);
        var (target, mine, theirs) = (new int[reference.Length], new bool[hypothesis.Length], new bool[reference.Length]);
        for (int i = hypothesis.Length, j = reference.Length; i > 0 || j > 0;)
        {
            var step = steps[i, j];
            if (step != Step.Insert) i--;
            if (step != Step.Delete) j--;
            if (step != Step.Insert) mine[i] = step != Step.Match;
            if (step == Step.Delete) continue;
            theirs[j] = step != Step.Match;
            target[j] = step == Step.Insert ? i - 1 : i;
        }

        return new TerAlignment(edits, target, mine, theirs);
    }

    private static (int Edits, Step[,] Steps) Fill(string[] hypothesis, string[] reference)
    {
        var steps = new Step[hypothesis.Length + 1, reference.Length + 1];
        int[] row = [.. Enumerable.Range(0, reference.Length + 1)];
        var ratio = hypothesis.Length == 0 ? 1 : reference.Length / (double)hypothesis.Length;
        var beam = Beam < ratio / 2 ? (int)Math.Ceiling((ratio / 2) + Beam) : Beam;
        for (var i = 1; i <= hypothesis.Length; i++)
        {
            var above = row;
            row = new int[reference.Length + 1];
            Array.Fill(row, Unreached);
            var diagonal = (int)Math.Floor(i * ratio);
            var end = i == hypothesis.Length ? reference.Length + 1 : Math.Min(reference.Length + 1, diagonal + beam);
            for (var j = Math.Max(0, diagonal - beam); j < end; j++)
            {
                if (j > 0)
                {
                    var same = hypothesis[i - 1] == reference[j - 1];
                    (row[j], steps[i, j]) = (above[j - 1] + (same ? 0 : 1), same ? Step.Match : Step.Substitute);
                }

                if (above[j] + 1 < row[j]) (row[j], steps[i, j]) = (above[j] + 1, Step.Delete);
                if (j > 0 && row[j - 1] + 1 < row[j]) (row[j], steps[i, j]) = (row[j - 1] + 1, Step.Insert);
            }
        }

        return (row[^1], steps);
    }
}
