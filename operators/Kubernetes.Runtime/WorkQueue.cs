namespace Platform.Kubernetes.Runtime;

/// <summary>
/// Keys waiting to be worked on. A key is in line at most once; a key added while it is worked on comes again afterwards,
/// so no two workers ever hold the same one; of several delays the shortest counts.
/// </summary>
public sealed class WorkQueue(string name, TimeSpan firstRetry, TimeSpan longestRetry, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<ObjectKey> _line = new();
    private readonly Dictionary<ObjectKey, long> _waitingSince = [];
    private readonly Dictionary<ObjectKey, long> _working = [];
    private readonly Dictionary<ObjectKey, (DateTimeOffset Due, ITimer Timer)> _delayed = [];
    private readonly Dictionary<ObjectKey, int> _failures = [];
    private readonly SemaphoreSlim _available = new(0);

    public void Add(ObjectKey key)
    {
        lock (_lock)
        {
            if (!_waitingSince.TryAdd(key, time.GetTimestamp())) return;
            RuntimeMetrics.Added(name);
            if (_working.ContainsKey(key)) return;
            _line.Enqueue(key);
            _available.Release();
        }
    }

    public void AddAfter(ObjectKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        lock (_lock)
        {
            var due = time.GetUtcNow() + delay;
            if (_delayed.TryGetValue(key, out var earlier))
            {
                if (earlier.Due <= due) return;
                earlier.Timer.Dispose();
            }

            _delayed[key] = (due, time.CreateTimer(_ => Elapsed(key, due), null, delay, Timeout.InfiniteTimeSpan));
        }
    }

    /// <summary>Adds after a delay that doubles with every failure of the key since <see cref="Forget"/>.</summary>
    public void AddRateLimited(ObjectKey key)
    {
        int failures;
        lock (_lock) _failures[key] = failures = _failures.GetValueOrDefault(key) + 1;
        RuntimeMetrics.Retried(name);
        AddAfter(key, DelayOf(failures));
    }

    /// <summary>The key succeeded: its next failure counts as the first.</summary>
    public void Forget(ObjectKey key)
    {
        lock (_lock) _failures.Remove(key);
    }

    /// <summary>The next key; call <see cref="Done"/> with it afterwards, whatever happened.</summary>
    public async Task<ObjectKey> TakeAsync(CancellationToken cancellation)
    {
        await _available.WaitAsync(cancellation);
        lock (_lock)
        {
            var key = _line.Dequeue();
            _waitingSince.Remove(key, out var since);
            _working[key] = time.GetTimestamp();
            RuntimeMetrics.Taken(name, time.GetElapsedTime(since));
            return key;
        }
    }

    public void Done(ObjectKey key)
    {
        lock (_lock)
        {
            if (!_working.Remove(key, out var since)) return;
            RuntimeMetrics.Worked(name, time.GetElapsedTime(since));
            if (!_waitingSince.ContainsKey(key)) return;
            _line.Enqueue(key);
            _available.Release();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var (_, timer) in _delayed.Values) timer.Dispose();
            _delayed.Clear();
        }

        _available.Dispose();
    }

    internal TimeSpan DelayOf(int failures)
    {
        var doubled = firstRetry.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 40));
        return TimeSpan.FromMilliseconds(Math.Min(doubled, longestRetry.TotalMilliseconds));
    }

    private void Elapsed(ObjectKey key, DateTimeOffset due)
    {
        lock (_lock)
        {
            if (!_delayed.TryGetValue(key, out var entry) || entry.Due != due) return;
            _delayed.Remove(key);
            entry.Timer.Dispose();
            Add(key);
        }
    }
}
