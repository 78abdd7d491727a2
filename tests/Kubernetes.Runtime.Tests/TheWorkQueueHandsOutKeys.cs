namespace Platform.Kubernetes.Runtime.Tests;

public sealed class TheWorkQueueHandsOutKeys : IDisposable
{
    private static readonly ObjectKey A = new("team", "a");
    private static readonly ObjectKey B = new("team", "b");
    private readonly ManualTime _time = new();
    private readonly WorkQueue _queue;

    public TheWorkQueueHandsOutKeys() => _queue = new("test", TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1), _time);

    [Fact]
    public async Task AKeyAddedTwiceComesOnce()
    {
        _queue.Add(A);
        _queue.Add(A);
        _queue.Add(B);
        Assert.Equal([A, B], [await TakeAsync(), await TakeAsync()]);
        await AssertEmptyAsync();
    }

    [Fact]
    public async Task AKeyInWorkComesAgainOnlyWhenItsWorkerIsDone()
    {
        _queue.Add(A);
        await TakeAsync();
        _queue.Add(A);
        await AssertEmptyAsync();
        _queue.Done(A);
        Assert.Equal(A, await TakeAsync());
        _queue.Done(A);
        await AssertEmptyAsync();
    }

    [Fact]
    public async Task OfSeveralDelaysTheShortestCounts()
    {
        _queue.AddAfter(A, TimeSpan.FromSeconds(10));
        _queue.AddAfter(A, TimeSpan.FromSeconds(2));
        _queue.AddAfter(A, TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(1.9));
        await AssertEmptyAsync();
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(A, await TakeAsync());
        _queue.Done(A);
        _time.Advance(TimeSpan.FromSeconds(60));
        await AssertEmptyAsync();
    }

    [Fact]
    public async Task FailuresDoubleTheDelayUpToTheLongestAndSuccessStartsAnew()
    {
        Assert.Equal([5, 10, 20, 40], Enumerable.Range(1, 4).Select(failures => _queue.DelayOf(failures).TotalMilliseconds));
        Assert.Equal(TimeSpan.FromSeconds(1), _queue.DelayOf(1000));
        _queue.AddRateLimited(A);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        _queue.Done(await TakeAsync());
        _queue.AddRateLimited(A);
        _time.Advance(TimeSpan.FromMilliseconds(9));
        await AssertEmptyAsync();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _queue.Done(await TakeAsync());
        _queue.Forget(A);
        _queue.AddRateLimited(A);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(A, await TakeAsync());
    }

    [Fact]
    public async Task NoTwoOfManyWorkersHoldTheSameKey()
    {
        const int keys = 10, adds = 2000;
        var held = new int[keys];
        var (worked, collisions) = (0, 0);
        using var stop = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                ObjectKey key;
                try
                {
                    key = await _queue.TakeAsync(stop.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }

                var index = int.Parse(key.Name);
                if (Interlocked.Increment(ref held[index]) != 1) Interlocked.Increment(ref collisions);
                await Task.Yield();
                Interlocked.Decrement(ref held[index]);
                Interlocked.Increment(ref worked);
                _queue.Done(key);
            }
        })).ToArray();
        Parallel.For(0, adds, index => _queue.Add(new("team", $"{index % keys}")));
        await Eventually.HoldsAsync(() => worked >= keys);
        await stop.CancelAsync();
        await Task.WhenAll(workers);
        Assert.Equal(0, collisions);
    }

    public void Dispose() => _queue.Dispose();

    private async Task<ObjectKey> TakeAsync() => await _queue.TakeAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));

    private async Task AssertEmptyAsync()
    {
        using var now = new CancellationTokenSource();
        var next = _queue.TakeAsync(now.Token);
        Assert.False(next.IsCompleted);
        await now.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }
}
