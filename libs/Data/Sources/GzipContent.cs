using System.IO.Compression;

namespace Platform.Data.Sources;

/// <summary>
/// Unpacks gzip and refuses what unpacks to far more than text ever does: a few megabytes could otherwise keep a reader busy for
/// days.
/// </summary>
internal sealed class GzipContent(PeekedContent packed) : ForwardStream
{
    // Text packs to a tenth, very regular text to a hundredth; the format's own limit is a thousandth.
    private const long GreatestRatio = 200;
    private const long AlwaysAllowed = 64L * 1024 * 1024;

    private readonly GZipStream _unpacked = new(packed, CompressionMode.Decompress);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Checked(await _unpacked.ReadAsync(buffer, cancellationToken));

    public override int Read(byte[] buffer, int offset, int count) => Checked(_unpacked.Read(buffer, offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing) _unpacked.Dispose();
        base.Dispose(disposing);
    }

    private int Checked(int read)
    {
        Counted(read);
        return Position <= AlwaysAllowed || Position <= packed.Position * GreatestRatio
            ? read
            : throw new InvalidDataException($"it unpacks to more than {GreatestRatio} times its size");
    }
}
