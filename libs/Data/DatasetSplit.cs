using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Platform.Data;

/// <summary>
/// Holds back a share of the rows for validation, deterministically. Each row has a key, the first 16 bytes of
/// SHA-256(seed, row); the <c>round(share * rows)</c> rows with the smallest keys are validation (at least one, if the share
/// is above 0 and there are two different rows; never all). The order of rows does not matter, and equal rows have equal
/// keys, so that they all land on one side: nothing that is measured was trained on.
/// </summary>
public sealed class DatasetSplit
{
    private readonly byte[] _seed = new byte[sizeof(ulong)];

    /// <exception cref="ArgumentOutOfRangeException">The share is not in [0, 1).</exception>
    public DatasetSplit(double validationShare, ulong seed)
    {
        if (!(validationShare >= 0 && validationShare < 1))
            throw new ArgumentOutOfRangeException(nameof(validationShare), validationShare, "validationShare must lie in 0 <= x < 1; 0 keeps every row for training.");
        ValidationShare = validationShare;
        Seed = seed;
        BinaryPrimitives.WriteUInt64LittleEndian(_seed, seed);
    }

    public double ValidationShare { get; }

    public ulong Seed { get; }

    /// <summary>The key of a row from its canonical line.</summary>
    public UInt128 KeyOf(ReadOnlySpan<byte> canonicalRow)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_seed);
        hash.AppendData(canonicalRow);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }

    /// <summary>Decides for all rows at once; ask the result row by row.</summary>
    public Assignment Assign(IEnumerable<UInt128> keysOfAllRows)
    {
        if (ValidationShare == 0) return new Assignment(null);
        var keys = keysOfAllRows.Order().ToArray();
        if (keys.Length == 0 || keys[0] == keys[^1]) return new Assignment(null);
        var wanted = Math.Clamp((int)Math.Round(ValidationShare * keys.Length, MidpointRounding.AwayFromZero), 1, keys.Length - 1);
        var last = keys[wanted - 1];
        if (last < keys[^1]) return new Assignment(last);
        // The cut fell into the largest group of equal rows: that group stays in training as a whole.
        return new Assignment(keys.Last(key => key < last));
    }

    /// <summary>Which rows are validation: those whose key is at most the last one held back.</summary>
    public readonly record struct Assignment(UInt128? LastHeldBack)
    {
        public bool IsValidation(UInt128 key) => LastHeldBack is { } last && key <= last;
    }
}
