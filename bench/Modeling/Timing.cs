using System.Diagnostics;

namespace Platform.Modeling.Bench;

/// <summary>Times several ways in turn, so that what else the machine does meets all alike.</summary>
internal static class Timing
{
    /// <summary>The medians of both in seconds, after one untimed round.</summary>
    public static (double First, double Second) Alternate(int rounds, Action first, Action second) =>
        InTurn(rounds, first, second) is [var one, var other] ? (one, other) : throw new UnreachableException();

    /// <summary>The median of each in seconds, after one untimed round.</summary>
    public static double[] InTurn(int rounds, params Action[] actions)
    {
        var seconds = Array.ConvertAll(actions, _ => new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (index, action) in actions.Index())
            {
                var taken = Seconds(action);
                if (round > 0) seconds[index].Add(taken);
            }
        }

        return Array.ConvertAll(seconds, Median);
    }

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Seconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }
}
