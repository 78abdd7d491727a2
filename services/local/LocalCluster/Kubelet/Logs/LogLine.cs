using System.Globalization;
using System.Text;

namespace Platform.LocalCluster.Kubelet.Logs;

/// <summary>One line of a log file, taken apart.</summary>
public readonly record struct LogLine(string Stamp, string Stream, bool IsWhole, ReadOnlyMemory<byte> Text)
{
    public DateTimeOffset Time => DateTimeOffset.Parse(Stamp, CultureInfo.InvariantCulture);

    public static LogLine? Parse(ReadOnlyMemory<byte> line)
    {
        var span = line.Span;
        var stamp = span.IndexOf((byte)' ');
        var stream = stamp < 0 ? -1 : span[(stamp + 1)..].IndexOf((byte)' ') + stamp + 1;
        if (stream <= stamp || span.Length < stream + 3)
        {
            return null;  // cut off by a crash
        }

        return new LogLine(
            Encoding.ASCII.GetString(span[..stamp]),
            Encoding.ASCII.GetString(span[(stamp + 1)..stream]),
            span[stream + 1] == 'F',
            line[(stream + 3)..]);
    }

    /// <summary>As it was written, with the time before it if asked for.</summary>
    public byte[] Render(bool timestamps, bool startsLine) =>
    [
        .. timestamps && startsLine ? Encoding.ASCII.GetBytes(Stamp + " ") : [],
        .. Text.Span,
        .. IsWhole ? "\n"u8 : [],
    ];
}
