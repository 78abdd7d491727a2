using System.Diagnostics;

namespace Platform.Testing;

/// <summary>Waits for a condition, with a deadline, instead of sleeping.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static Task Async(string what, TimeSpan limit, Func<bool> holds) => Async(what, limit, () => Task.FromResult(holds()));

    /// <exception cref="TimeoutException">The condition did not hold within the limit; the last exception it threw is inside.</exception>
    public static async Task Async(string what, TimeSpan limit, Func<Task<bool>> holds)
    {
        var watch = Stopwatch.StartNew();
        Exception? last = null;
        while (watch.Elapsed < limit)
        {
            try
            {
                if (await holds()) return;
                last = null;
            }
            catch (Exception problem) when (problem is not Xunit.Sdk.IAssertionException)
            {
                last = problem;
            }

            await Task.Delay(Pause);
        }

        throw new TimeoutException($"Within {limit.TotalSeconds:0} s it did not happen that {what}.", last);
    }
}
