using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Platform.LocalCluster.Bench;

/// <summary>Watches that stay open: most on namespaces where nothing happens, some on one that changes, which note when each change arrives.</summary>
internal sealed class WatchSet : IAsyncDisposable
{
    /// <summary>The annotation whose number tells which change a line is about.</summary>
    public const string Mark = "bench/change";

    private static readonly byte[] Marker = Encoding.UTF8.GetBytes($"\"{Mark}\":\"");

    private readonly List<HttpResponseMessage> _responses = [];
    private readonly List<Task> _readers = [];
    private readonly CancellationTokenSource _end = new();

    /// <summary>Which change arrived, and when (Stopwatch ticks).</summary>
    public ConcurrentQueue<(int Change, long At)> Arrivals { get; } = [];

    public async Task OpenAsync(ApiConnection server, IEnumerable<string> paths, CancellationToken cancellation)
    {
        foreach (var chunk in paths.Chunk(50))
        {
            var opened = await Task.WhenAll(chunk.Select(path => server.WatchAsync(path, cancellation)));
            foreach (var (response, lines) in opened)
            {
                _responses.Add(response);
                _readers.Add(ReadAsync(lines));
            }
        }
    }

    public int Open => _readers.Count(reader => !reader.IsCompleted);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_readers);
        foreach (var response in _responses) response.Dispose();
        _end.Dispose();
    }

    private async Task ReadAsync(Stream lines)
    {
        var buffer = new byte[16 * 1024];
        var kept = 0;
        try
        {
            while (await lines.ReadAsync(buffer.AsMemory(kept), _end.Token) is var read and > 0)
            {
                var at = Stopwatch.GetTimestamp();
                var content = buffer.AsSpan(0, kept + read);
                while (content.IndexOf((byte)'\n') is var end and >= 0)
                {
                    Note(content[..end], at);
                    content = content[(end + 1)..];
                }
                kept = content.Length;
                content.CopyTo(buffer);
                if (kept == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or HttpRequestException)
        {
            return; // closed by DisposeAsync; one that the server ended is missing from Open
        }
    }

    private void Note(ReadOnlySpan<byte> line, long at)
    {
        var found = line.IndexOf(Marker);
        if (found < 0) return;
        var digits = line[(found + Marker.Length)..];
        if (int.TryParse(digits[..digits.IndexOf((byte)'"')], NumberStyles.None, CultureInfo.InvariantCulture, out var change)) Arrivals.Enqueue((change, at));
    }
}
