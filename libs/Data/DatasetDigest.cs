using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Data;

/// <summary>
/// The identity of a dataset: SHA-256 over a header (format, validation share, seed) and every canonical row in source order,
/// each behind its length. Spacing, field order and escapes of the source do not matter; nothing else is forgiven. Without a
/// validation share the seed decides nothing and is left out.
/// </summary>
public sealed class DatasetDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public DatasetDigest(string format, DatasetSplit split)
    {
        var seed = split.ValidationShare == 0 ? 0 : split.Seed;
        _hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"platform.dataset.v1\nformat={format}\nvalidation={split.ValidationShare:R}\nseed={seed}\n")));
    }

    public void Append(ReadOnlySpan<byte> canonicalRow)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, canonicalRow.Length);
        _hash.AppendData(length);
        _hash.AppendData(canonicalRow);
    }

    /// <summary>The digest in lower-case hexadecimal; further rows need a new instance.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
