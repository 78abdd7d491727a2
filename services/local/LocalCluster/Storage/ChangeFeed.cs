using System.Threading.Channels;

namespace Platform.LocalCluster.Storage;

/// <summary>
/// The changes of one resource, in order, for one reader. A reader that falls <see cref="Capacity"/> changes behind is cut off
/// (the feed completes) and has to start again from what it saw last.
/// </summary>
public sealed class ChangeFeed : IDisposable
{
    private const int Capacity = 8192;

    private readonly Channel<Change> _channel = Channel.CreateUnbounded<Change>(); // the single-reader kind cannot count
    private readonly Action<ChangeFeed> _unsubscribe;
    private readonly string? _namespace;

    internal ChangeFeed(string resource, string? @namespace, Action<ChangeFeed> unsubscribe)
    {
        Resource = resource;
        _namespace = @namespace;
        _unsubscribe = unsubscribe;
    }

    public string Resource { get; }

    public ChannelReader<Change> Reader => _channel.Reader;

    public void Dispose() => _unsubscribe(this);

    internal void Offer(Change change)
    {
        if (_namespace is not null && change.Object.Key.Namespace != _namespace) return;
        if (_channel.Reader.Count >= Capacity) _channel.Writer.TryComplete();
        else _channel.Writer.TryWrite(change);
    }

    internal void Close() => _channel.Writer.TryComplete();
}
