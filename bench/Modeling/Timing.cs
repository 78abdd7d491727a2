using System.Diagnostics;

namespace Platform.Modeling.Bench;

/// <summary>Times two ways in turn, so that what else the machine does meets both alike.</summary>
internal static class Timing
{
    /// <summary>The medians of both in seconds, after one untimed round.</summary>
    public static (double First, double Second) Alternate(int rounds, Action first, Action second)
    {
        List<double> firsts = [], seconds = [];
        for (var round = 0; round <= rounds; round++)
        {
            var (one, other) = (Seconds(first), Seconds(second));
            if (round == 0) continue;
            firsts.Add(one);
            seconds.Add(other);
        }

        return (Median(firsts), Median(seconds));
    }

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Seconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }
}
