using System.Diagnostics;

namespace Platform.Modeling.Bench;

/// <summary>Times several ways in turn, so that what else the machine does meets all alike.</summary>
internal static class Timing
{
    /// <summary>The medians of both in seconds, after one untimed round.</summary>
    public static (double First, double Second) Alternate(int rounds, Action first, Action second) =>
        InTurn(rounds, [first, second]) is [var one, var other] ? (one, other) : throw new UnreachableException();

    /// <summary>The median of each in seconds, after one untimed round.</summary>
    /// <param name="ofProcessor">whether the processor's time counts, which is less disturbed where others use the machine; it means something with one thread only</param>
    public static double[] InTurn(int rounds, Action[] actions, bool ofProcessor = false)
    {
        var seconds = Array.ConvertAll(actions, _ => new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (index, action) in actions.Index())
            {
                var taken = Seconds(action, ofProcessor);
                if (round > 0) seconds[index].Add(taken);
            }
        }

        return Array.ConvertAll(seconds, Median);
    }

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Seconds(Action action, bool ofProcessor)
    {
        using var process = Process.GetCurrentProcess();
        var (clock, processor) = (Stopwatch.StartNew(), process.TotalProcessorTime);
        action();
        var elapsed = clock.Elapsed;
        process.Refresh();
        return (ofProcessor ? process.TotalProcessorTime - processor : elapsed).TotalSeconds;
    }
}
