using System.Diagnostics;

namespace Platform.ServiceTesting;

/// <summary>Waits for what will happen, with a deadline.</summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Asks until the answer satisfies the condition, and returns it; fails with the last answer.</summary>
    public static async Task<T> Async<T>(Func<Task<T>> ask, Func<T, bool> condition)
    {
        var elapsed = Stopwatch.StartNew();
        while (true)
        {
            var answer = await ask();
            if (condition(answer)) return answer;
            if (elapsed.Elapsed > Limit) throw new TimeoutException($"After {Limit.TotalSeconds} s the answer was still: {answer}");
            await Task.Delay(50);
        }
    }
}
