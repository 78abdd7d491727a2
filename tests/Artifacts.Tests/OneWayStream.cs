namespace Platform.Artifacts.Tests;

/// <summary>A stream as a network gives it: no length, no seeking, and it may break off.</summary>
internal sealed class OneWayStream(Stream inner, long failAt = long.MaxValue) : Stream
{
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_read >= failAt) throw new IOException("The connection broke.");
        var read = inner.Read(buffer, offset, (int)Math.Min(count, failAt - _read));
        _read += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
