using System.Globalization;
using System.Text;

namespace Platform.LocalCluster.Kubelet.Logs;

/// <summary>
/// Writes a container's output line by line with the time and the stream it came on, as container runtimes do:
/// `2026-01-01T00:00:00.000000000Z stdout F text`; P instead of F marks a piece of a line that goes on.
/// </summary>
public sealed class LogWriter : IDisposable
{
    private const int LongestPiece = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly LogFolder _folder;
    private readonly int _attempt;
    private readonly ProcessKubeletOptions _options;
    private readonly TimeProvider _time;
    private FileStream _file;
    private int _sequence;
    private bool _closed;

    public LogWriter(LogFolder folder, int attempt, ProcessKubeletOptions options, TimeProvider time)
    {
        (_folder, _attempt, _options, _time) = (folder, attempt, options, time);
        _file = Open();
        _folder.Trim(attempt, options.LogFiles);
    }

    /// <summary>Copies a stream to its end.</summary>
    public async Task CopyAsync(Stream source, string stream)
    {
        var buffer = new byte[LongestPiece];
        using var line = new MemoryStream();
        while (true)
        {
            int count;
            try
            {
                count = await source.ReadAsync(buffer);
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException)
            {
                break;  // closed from our side, after the process had ended
            }

            if (count == 0)
            {
                break;
            }

            Split(buffer.AsSpan(0, count), line, stream);
        }

        if (line.Length > 0)
        {
            Write(line, stream, whole: true);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _file.Dispose();
        }
    }

    private void Split(ReadOnlySpan<byte> bytes, MemoryStream line, string stream)
    {
        while (bytes.Length > 0)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            line.Write(part);
            if (end >= 0)
            {
                Write(line, stream, whole: true);
            }
            else if (line.Length >= LongestPiece)
            {
                Write(line, stream, whole: false);
            }

            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
    }

    private void Write(MemoryStream line, string stream, bool whole)
    {
        // .NET counts in ticks of 100 ns; the last two digits are always zero.
        var stamp = _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);
        var head = Encoding.ASCII.GetBytes($"{stamp} {stream} {(whole ? 'F' : 'P')} ");
        lock (_lock)
        {
            if (!_closed)
            {
                _file.Write(head);
                _file.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
                _file.WriteByte((byte)'\n');
                _file.Flush();
                if (_file.Length >= _options.LogFileBytes)
                {
                    Rotate();
                }
            }
        }

        line.SetLength(0);
    }

    private void Rotate()
    {
        _file.Dispose();
        _sequence++;
        _file = Open();
        _folder.Trim(_attempt, _options.LogFiles);
    }

    private FileStream Open() =>
        UnixFiles.Open(_folder.Create(_attempt, _sequence), FileMode.Append, FileShare.ReadWrite | FileShare.Delete);
}
