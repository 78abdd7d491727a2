namespace Platform.Data.Sources;

/// <summary>A stream whose beginning has been looked at: it is read from there again.</summary>
internal sealed class PeekedContent : ForwardStream
{
    /// <summary>64 KiB: enough to tell one kind of file from another.</summary>
    public const int HeadBytes = 64 * 1024;

    private readonly Stream _content;
    private readonly byte[] _head;

    private PeekedContent(Stream content, byte[] head) => (_content, _head) = (content, head);

    /// <summary>How the content begins.</summary>
    public ReadOnlySpan<byte> Head => _head;

    /// <summary>Whether there is nothing behind <see cref="Head"/>.</summary>
    public bool HeadIsAll => _head.Length < HeadBytes;

    public static async Task<PeekedContent> OpenAsync(Stream content, CancellationToken cancellation)
    {
        var head = new byte[HeadBytes];
        var read = await content.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false, cancellation);
        return new PeekedContent(content, head[..read]);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Counted(FromHead(buffer.Span) is var copied and > 0 ? copied : await _content.ReadAsync(buffer, cancellationToken));

    public override int Read(byte[] buffer, int offset, int count) =>
        Counted(FromHead(buffer.AsSpan(offset, count)) is var copied and > 0 ? copied : _content.Read(buffer, offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing) _content.Dispose();
        base.Dispose(disposing);
    }

    private int FromHead(Span<byte> buffer)
    {
        if (Position >= _head.Length) return 0;
        var part = _head.AsSpan((int)Position, Math.Min(buffer.Length, _head.Length - (int)Position));
        part.CopyTo(buffer);
        return part.Length;
    }
}
