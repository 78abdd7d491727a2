using System.Threading.Channels;

namespace Platform.Hosting.Outbox;

/// <summary>Tells the dispatcher that something may have been committed; several signals are one.</summary>
internal abstract class OutboxSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Raise() => _channel.Writer.TryWrite(true);

    /// <summary>Waits for a signal, at most as long as <paramref name="limit"/>.</summary>
    public async Task WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            await _channel.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
        }
    }
}

/// <summary>The signal of one service's outbox.</summary>
internal sealed class OutboxSignal<TContext> : OutboxSignal;
