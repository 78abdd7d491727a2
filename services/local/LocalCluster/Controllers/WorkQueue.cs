using System.Threading.Channels;

namespace Platform.LocalCluster.Controllers;

/// <summary>
/// Keys to work on. A key waits at most once and is worked on by one worker at a time; what is added while its work
/// runs is worked on afterwards. A key whose work throws comes back after a growing delay.
/// </summary>
public sealed class WorkQueue<TKey>(TimeProvider time)
    where TKey : notnull
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    // Timers end at 49 days; whoever waits longer is asked again in between.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly Channel<TKey> _ready = Channel.CreateUnbounded<TKey>();
    private readonly Lock _lock = new();
    private readonly HashSet<TKey> _waiting = [];
    private readonly HashSet<TKey> _working = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly Dictionary<TKey, DateTimeOffset> _delayed = [];

    public void Add(TKey key)
    {
        lock (_lock)
        {
            if (_waiting.Add(key) && !_working.Contains(key))
            {
                _ready.Writer.TryWrite(key);
            }
        }
    }

    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        delay = delay < LongestDelay ? delay : LongestDelay;
        var due = time.GetUtcNow() + delay;
        lock (_lock)
        {
            if (_delayed.TryGetValue(key, out var earlier) && earlier <= due)
            {
                return;
            }

            _delayed[key] = due;
        }

        _ = AddWhenDueAsync(key, due, delay);
    }

    /// <summary>Works until stopped; <paramref name="onFailure"/> hears of every key that will be tried again.</summary>
    public Task RunAsync(
        int workers, Func<TKey, CancellationToken, Task> work, Action<TKey, Exception> onFailure, CancellationToken stopping) =>
        Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(work, onFailure, stopping), CancellationToken.None)));

    private async Task WorkAsync(
        Func<TKey, CancellationToken, Task> work, Action<TKey, Exception> onFailure, CancellationToken stopping)
    {
        try
        {
            await foreach (var key in _ready.Reader.ReadAllAsync(stopping))
            {
                lock (_lock)
                {
                    _waiting.Remove(key);
                    _working.Add(key);
                }

                await WorkOnAsync(key, work, onFailure, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped: what is left is found again by the next list.
        }
    }

    private async Task WorkOnAsync(
        TKey key, Func<TKey, CancellationToken, Task> work, Action<TKey, Exception> onFailure, CancellationToken stopping)
    {
        Exception? failure = null;
        try
        {
            await work(key, stopping);
        }
        catch (Exception thrown) when (!stopping.IsCancellationRequested)
        {
            failure = thrown;
            onFailure(key, thrown);
        }

        var retry = TimeSpan.Zero;
        lock (_lock)
        {
            _working.Remove(key);
            if (failure is null)
            {
                _failures.Remove(key);
            }
            else
            {
                var count = _failures[key] = _failures.GetValueOrDefault(key) + 1;
                retry = TimeSpan.FromTicks(Math.Min(LongestRetry.Ticks, FirstRetry.Ticks << Math.Min(count - 1, 20)));
            }

            if (_waiting.Contains(key))
            {
                _ready.Writer.TryWrite(key);
            }
        }

        if (failure is not null)
        {
            AddAfter(key, retry);
        }
    }

    private async Task AddWhenDueAsync(TKey key, DateTimeOffset due, TimeSpan delay)
    {
        await Task.Delay(delay, time);
        lock (_lock)
        {
            if (_delayed.TryGetValue(key, out var current) && current == due)
            {
                _delayed.Remove(key);
            }
        }

        Add(key);
    }
}
