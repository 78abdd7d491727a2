using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Storage;

/// <summary>
/// All objects, each write numbered by one counter (the resourceVersion). Writes are compare-and-swap against the newest state, are
/// grouped into transactions by one writer task, and become visible to readers and watchers only after their commit.
/// </summary>
public sealed class ObjectStore : IAsyncDisposable
{
    /// <summary>Versions start here, so that a small number from elsewhere is recognised as too old.</summary>
    private const long FirstVersion = 100;

    private readonly RevisionFile _file;
    private readonly RevisionLog _log;
    private readonly Dictionary<string, ResourceSnapshot> _latest = [];          // guarded by _writing
    private readonly ConcurrentDictionary<string, ResourceSnapshot> _committed = new();
    private readonly Dictionary<string, HashSet<ChangeFeed>> _feeds = [];        // guarded by _publishing, like _log
    private readonly BlockingCollection<Pending> _queue = [];
    private readonly List<long> _superseded = [];                                // used by the writer only
    private readonly Lock _writing = new();
    private readonly Lock _publishing = new();
    private readonly Task _writer;
    private long _version;
    private long _committedVersion;

    public ObjectStore(string path, int logCapacity = 20_000)
    {
        _file = new RevisionFile(path);
        _log = new RevisionLog(logCapacity);
        Load();
        _writer = Task.Factory.StartNew(WriteBatches, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The version of the newest committed write.</summary>
    public long Version => Volatile.Read(ref _committedVersion);

    public ResourceSnapshot Snapshot(string resource) => _committed.GetValueOrDefault(resource) ?? ResourceSnapshot.Empty;

    /// <summary>The objects and the version they are exactly the state of.</summary>
    public (ResourceSnapshot Snapshot, long Version) Read(string resource)
    {
        lock (_publishing) return (Snapshot(resource), Version);
    }

    /// <summary>The newest state, committed or about to be: what a compare-and-swap must start from.</summary>
    public StoredObject? Latest(ObjectKey key)
    {
        lock (_writing) return _latest.GetValueOrDefault(key.Resource)?.Find(key.Namespace, key.Name);
    }

    /// <summary>The objects as they were at an older version; null when that is no longer known.</summary>
    public ResourceSnapshot? SnapshotAt(string resource, long version)
    {
        lock (_publishing)
        {
            if (version < _log.Floor || version > Version) return null;
            var snapshot = Snapshot(resource);
            foreach (var change in _log.NewestFirstDownTo(version))
            {
                if (change.Object.Key.Resource != resource) continue;
                snapshot = change.Before is null ? snapshot.Without(change.Object.Key) : snapshot.With(change.Before);
            }
            return snapshot;
        }
    }

    /// <summary>Writes if the newest version of the object is <paramref name="expected"/> (0: it must not exist); null when it is not.</summary>
    public Task<StoredObject?> WriteAsync(ObjectKey key, long expected, JsonObject tree) => Enqueue(key, expected, tree, delete: false);

    /// <summary>Removes under the same condition; the result is the last state with the version of the removal.</summary>
    public Task<StoredObject?> RemoveAsync(ObjectKey key, long expected, JsonObject lastState) => Enqueue(key, expected, lastState, delete: true);

    /// <summary>Changes of a resource after a version; null when that version is no longer known (the caller must list again).</summary>
    public ChangeFeed? Subscribe(string resource, string? @namespace, long after)
    {
        lock (_publishing)
        {
            if (after < _log.Floor) return null;
            var feed = new ChangeFeed(resource, @namespace, Unsubscribe);
            foreach (var change in _log.After(after))
                if (change.Object.Key.Resource == resource) feed.Offer(change);
            if (!_feeds.TryGetValue(resource, out var feeds)) _feeds[resource] = feeds = [];
            feeds.Add(feed);
            return feed;
        }
    }

    /// <summary>Ends every feed of a resource, as when its definition is deleted or changed.</summary>
    public void CloseFeeds(string? resource)
    {
        lock (_publishing)
            foreach (var feed in _feeds.Where(p => resource is null || p.Key == resource).SelectMany(p => p.Value)) feed.Close();
    }

    public async ValueTask DisposeAsync()
    {
        CloseFeeds(null);
        _queue.CompleteAdding();
        await _writer;
        _file.Dispose();
        _queue.Dispose();
    }

    private Task<StoredObject?> Enqueue(ObjectKey key, long expected, JsonObject tree, bool delete)
    {
        lock (_writing)
        {
            var snapshot = _latest.GetValueOrDefault(key.Resource) ?? ResourceSnapshot.Empty;
            var before = snapshot.Find(key.Namespace, key.Name);
            if ((before?.ResourceVersion ?? 0) != expected) return Task.FromResult<StoredObject?>(null);
            var version = _version + 1;
            tree.MapOrNew("metadata")["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
            var body = JsonText.Write(tree);
            if (body.Length > ObjectTooLargeException.Limit) throw new ObjectTooLargeException(body.Length);
            _version = version;
            var stored = new StoredObject(key, version, body) { IsAsCreated = before is null };
            var change = new Change(delete ? ChangeKind.Deleted : before is null ? ChangeKind.Added : ChangeKind.Modified, stored, before);
            var pending = new Pending(change, new TaskCompletionSource<StoredObject?>(TaskCreationOptions.RunContinuationsAsynchronously));
            _queue.Add(pending); // throws before anything changed when the store is closing
            _latest[key.Resource] = snapshot.With(change);
            return pending.Done.Task;
        }
    }

    private void WriteBatches()
    {
        List<Pending> batch = [];
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < 512 && _queue.TryTake(out var next)) batch.Add(next);
            try
            {
                _file.Append([.. batch.Select(p => new Revision(p.Change.ResourceVersion, p.Change.Object.Key, p.Change.Kind, p.Change.Object.Bytes))], _superseded, _log.Floor);
            }
            catch (Exception failure) // a full or broken disk: nothing of the batch happened, and nothing after it may
            {
                foreach (var pending in batch) pending.Done.SetException(new IOException("The store cannot write: " + failure.Message, failure));
                while (_queue.TryTake(out var later)) later.Done.SetException(new IOException("The store has failed.", failure));
                _queue.CompleteAdding();
                return;
            }
            _superseded.Clear();
            lock (_publishing)
                foreach (var pending in batch) Publish(pending.Change);
            foreach (var pending in batch) pending.Done.SetResult(pending.Change.Object);
            batch.Clear();
        }
    }

    private void Publish(Change change)
    {
        var resource = change.Object.Key.Resource;
        _committed[resource] = Snapshot(resource).With(change);
        Remember(change);
        if (_feeds.TryGetValue(resource, out var feeds))
            foreach (var feed in feeds) feed.Offer(change);
        // Last: who reads this version may rely on every feed having the change.
        Volatile.Write(ref _committedVersion, change.ResourceVersion);
    }

    private void Remember(Change change)
    {
        if (_log.Add(change) is not { } forgotten) return;
        if (forgotten.Before is { } before) _superseded.Add(before.ResourceVersion);
        if (forgotten.Kind == ChangeKind.Deleted) _superseded.Add(forgotten.ResourceVersion);
    }

    private void Unsubscribe(ChangeFeed feed)
    {
        lock (_publishing)
            if (_feeds.TryGetValue(feed.Resource, out var feeds) && feeds.Remove(feed) && feeds.Count == 0) _feeds.Remove(feed.Resource);
        feed.Close();
    }

    private void Load()
    {
        var floor = Math.Max(_file.Floor(), FirstVersion);
        _log.Floor = floor;
        foreach (var revision in _file.Read())
        {
            var stored = new StoredObject(revision.Key, revision.Version, revision.Body) { IsAsCreated = revision.Kind == ChangeKind.Added };
            var snapshot = _latest.GetValueOrDefault(revision.Key.Resource) ?? ResourceSnapshot.Empty;
            var change = new Change(revision.Kind, stored, snapshot.Find(revision.Key.Namespace, revision.Key.Name));
            _latest[revision.Key.Resource] = snapshot.With(change);
            if (revision.Version > floor) Remember(change);
            _version = revision.Version;
        }
        foreach (var (resource, snapshot) in _latest) _committed[resource] = snapshot;
        _version = Math.Max(_version, floor);
        _committedVersion = _version;
    }

    private sealed record Pending(Change Change, TaskCompletionSource<StoredObject?> Done);
}
