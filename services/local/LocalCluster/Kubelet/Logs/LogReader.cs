using System.Runtime.CompilerServices;

namespace Platform.LocalCluster.Kubelet.Logs;

/// <summary>Reads the log of one attempt of a container, across its files, and follows it while the container runs.</summary>
public sealed class LogReader(LogFolder folder, int attempt, Func<bool> isRunning, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    public async Task CopyToAsync(Stream target, LogQuery query, CancellationToken cancel)
    {
        var left = query.LimitBytes ?? long.MaxValue;
        var startsLine = true;
        await foreach (var line in SelectAsync(query, cancel))
        {
            var bytes = line.Render(query.Timestamps, startsLine);
            startsLine = line.IsWhole;
            var count = (int)Math.Min(left, bytes.Length);
            await target.WriteAsync(bytes.AsMemory(0, count), cancel);
            left -= count;
            if (left <= 0)
            {
                break;
            }

            if (query.Follow)
            {
                await target.FlushAsync(cancel);
            }
        }
    }

    private async IAsyncEnumerable<LogLine> SelectAsync(LogQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reader = new Cursor(folder, attempt);
        Queue<LogLine> tail = [];
        var wholeLines = 0;
        while (reader.Next() is { } line)
        {
            if (!Matches(line, query))
            {
                continue;
            }

            if (query.TailLines is not { } lines)
            {
                yield return line;
                continue;
            }

            // Pieces of one line count once.
            tail.Enqueue(line);
            wholeLines += line.IsWhole ? 1 : 0;
            while (wholeLines > lines)
            {
                wholeLines -= tail.Dequeue().IsWhole ? 1 : 0;
            }
        }

        foreach (var line in tail)
        {
            yield return line;
        }

        while (query.Follow)
        {
            var running = isRunning();  // asked before the last look, so that nothing written in between is missed
            while (reader.Next() is { } line)
            {
                if (Matches(line, query))
                {
                    yield return line;
                }
            }

            if (!running)
            {
                yield break;
            }

            await Task.Delay(BetweenLooks, time, cancel);
        }
    }

    private static bool Matches(LogLine line, LogQuery query) =>
        (query.Since is null || line.Time >= query.Since) && (query.Stream is null || query.Stream == line.Stream);

    /// <summary>A place in the files of one attempt.</summary>
    private sealed class Cursor(LogFolder folder, int attempt)
    {
        private int? _sequence;
        private long _offset;
        private byte[] _rest = [];
        private int _at;

        public LogLine? Next()
        {
            while (true)
            {
                var end = _rest.AsSpan(_at).IndexOf((byte)'\n');
                if (end >= 0)
                {
                    var line = LogLine.Parse(_rest.AsMemory(_at, end));
                    _at += end + 1;
                    if (line is not null)
                    {
                        return line;
                    }
                }
                else if (!Fill())
                {
                    return null;
                }
            }
        }

        private bool Fill()
        {
            // Whether there is a later file must be known before this one is read to its end.
            var later = folder.Sequences(attempt).Where(sequence => sequence > (_sequence ?? -1)).Cast<int?>().FirstOrDefault();
            if (_sequence is not null && ReadMore())
            {
                return true;
            }

            if (later is null)
            {
                return false;
            }

            (_sequence, _offset, _rest, _at) = (later, 0, [], 0);
            return true;
        }

        private bool ReadMore()
        {
            try
            {
                using var file = new FileStream(
                    folder.FileOf(attempt, _sequence!.Value), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                file.Position = _offset;
                var buffer = new byte[64 * 1024];
                var count = file.Read(buffer);
                if (count == 0)
                {
                    return false;
                }

                _offset += count;
                _rest = [.. _rest.AsSpan(_at), .. buffer.AsSpan(0, count)];
                _at = 0;
                return true;
            }
            catch (FileNotFoundException)
            {
                return false;  // rotated away
            }
        }
    }
}
