using System.Buffers;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Handlers;
using Platform.LocalCluster.Selectors;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Watching;

/// <summary>
/// A watch: the changes of a resource after a version as a stream of lines. An object that enters or leaves the selection comes as
/// ADDED or DELETED.
/// </summary>
public sealed class WatchHandler(Cluster cluster)
{
    private static readonly TimeSpan BookmarkEvery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestWatch = TimeSpan.FromMinutes(45);
    private static readonly TimeSpan BookmarkBeforeEnd = TimeSpan.FromSeconds(2);

    private const int FlushBytes = 64 * 1024;

    public async Task WatchAsync(ApiRequest request, CancellationToken stopping)
    {
        var filter = ObjectFilter.Of(request);
        var options = ListOptions.Of(request, watch: true);
        var version = options.Version(watch: true);
        var frames = new WatchFrames(request, cluster.Clock);
        request.Http.Response.ContentType = request.Media.Yaml ? "application/yaml" : "application/json";
        var output = request.Http.Response.BodyWriter;

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, stopping);
        var length = options.TimeoutSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(Math.Min(seconds, 1_000_000)) : LongestWatch;
        ending.CancelAfter(length);

        var initial = options.SendInitialEvents ?? version is null;
        var (snapshot, current) = cluster.Store.Read(request.Resource.StorageResource);
        var from = initial ? current : version ?? current;
        using var feed = cluster.Store.Subscribe(request.Resource.StorageResource, request.Resource.Namespaced ? request.Namespace : null, from);
        if (feed is null)
        {
            await output.WriteAsync(frames.Error(ApiStatusException.Expired($"too old resource version: {from} ({cluster.Store.Version})")), request.Aborted);
            return;
        }
        if (initial)
        {
            foreach (var stored in snapshot.All(request.Resource.Namespaced ? request.Namespace : null))
                if (filter.Matches(stored)) await output.WriteAsync(frames.Event("ADDED", stored), request.Aborted);
            if (options.SendInitialEvents == true && options.Bookmarks)
                await output.WriteAsync(frames.Bookmark(from, initialEventsEnd: true), request.Aborted);
        }
        await output.FlushAsync(request.Aborted);
        await FollowAsync(request, feed, filter, frames, options.Bookmarks, length, ending.Token);
    }

    private async Task FollowAsync(ApiRequest request, ChangeFeed feed, ObjectFilter filter, WatchFrames frames, bool bookmarks, TimeSpan length, CancellationToken ending)
    {
        var output = request.Http.Response.BodyWriter;
        var started = cluster.Clock.GetTimestamp();
        var lastBookmark = started;
        var finalBookmark = false;
        try
        {
            while (true)
            {
                // A client that does not read holds this up, and not more than a buffer of it is kept; its feed is bounded, too.
                var unflushed = 0;
                while (unflushed < FlushBytes && feed.Reader.TryRead(out var change))
                {
                    if (frames.Of(change, filter) is not { Length: > 0 } frame) continue;
                    output.Write(frame.Span);
                    unflushed += frame.Length;
                }
                await output.FlushAsync(request.Aborted);
                if (unflushed >= FlushBytes) continue;
                var left = length - cluster.Clock.GetElapsedTime(started);
                var wait = !bookmarks ? left : finalBookmark || left <= BookmarkBeforeEnd ? left : TimeSpan.FromTicks(Math.Min((left - BookmarkBeforeEnd).Ticks, BookmarkEvery.Ticks));
                if (bookmarks && !finalBookmark && (left <= BookmarkBeforeEnd || cluster.Clock.GetElapsedTime(lastBookmark) >= BookmarkEvery))
                {
                    // Everything up to this version has been read: what comes later is still in the feed.
                    var version = cluster.Store.Version;
                    if (feed.Reader.Count > 0) continue;
                    lastBookmark = cluster.Clock.GetTimestamp();
                    finalBookmark = left <= BookmarkBeforeEnd;
                    output.Write(frames.Bookmark(version, false).Span);
                    continue;
                }
                using var slice = CancellationTokenSource.CreateLinkedTokenSource(ending);
                if (wait < length) slice.CancelAfter(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1));
                try
                {
                    if (!await feed.Reader.WaitToReadAsync(slice.Token)) return;
                }
                catch (OperationCanceledException) when (!ending.IsCancellationRequested)
                {
                    continue; // time for a bookmark
                }
            }
        }
        catch (OperationCanceledException)
        {
            return; // the client left, the time is over, or the server stops: each ends the stream
        }
    }
}
