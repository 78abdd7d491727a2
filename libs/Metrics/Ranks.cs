namespace Platform.Metrics;

/// <summary>Ranks from 1; equal values share the mean of their ranks.</summary>
internal static class Ranks
{
    public static double[] Of(IReadOnlyList<double> values)
    {
        int[] order = [.. Enumerable.Range(0, values.Count).OrderBy(i => values[i])];
        var ranks = new double[values.Count];
        for (int first = 0, last; first < order.Length; first = last)
        {
            for (last = first + 1; last < order.Length && values[order[last]].CompareTo(values[order[first]]) == 0;) last++;
            for (var i = first; i < last; i++) ranks[order[i]] = (first + 1 + last) / 2.0;
        }

        return ranks;
    }
}
