using System.Buffers.Binary;

namespace Platform.Modeling.Audio;

/// <summary>How a WAV file's samples are stored: its <c>fmt</c> chunk, plain or extensible.</summary>
/// <param name="IsFloat">IEEE floats; else whole numbers, unsigned if of eight bits</param>
internal readonly record struct WavFormat(bool IsFloat, int Bits, int Channels, int SamplingRate)
{
    /// <summary>The bytes of the plain form.</summary>
    public const int PlainLength = 16;

    /// <summary>The bytes of the extensible form; what follows says nothing.</summary>
    public const int ExtensibleLength = 40;

    // Recordings lie between telephone speech and ultrasound; beyond, a rate is damage, and resampling from it has no bounds.
    private const uint LowestRate = 1_000;
    private const uint HighestRate = 768_000;
    private const ushort Pcm = 1;
    private const ushort IeeeFloat = 3;
    private const ushort Extensible = 0xFFFE;

    /// <summary>What follows the format's number in the identifier of an extensible sub-format.</summary>
    private static ReadOnlySpan<byte> SubFormatEnd => [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71];

    public int BytesPerFrame => Channels * Bits / 8;

    /// <exception cref="AudioFormatException">The chunk contradicts itself or the encoding is not read; the message lists all.</exception>
    public static WavFormat Parse(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < PlainLength) throw new AudioFormatException($"The 'fmt ' chunk has {chunk.Length} bytes; it needs at least {PlainLength}.");

        var tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        var bytesPerFrame = BinaryPrimitives.ReadUInt16LittleEndian(chunk[12..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        if (tag == Extensible) tag = SubFormat(chunk);

        List<string> problems = [];
        var known = (tag, bits) is (Pcm, 8 or 16 or 24 or 32) or (IeeeFloat, 32 or 64);
        if (!known) problems.Add($"the encoding is {Name(tag)} of {bits} bits; PCM of 8, 16, 24 or 32 bits and float of 32 or 64 bits are read");
        if (channels == 0) problems.Add("there are 0 channels; there must be at least 1");
        if (rate is < LowestRate or > HighestRate) problems.Add($"the sampling rate is {rate}; it must lie in {LowestRate}..{HighestRate}");
        if (bytesPerFrame != channels * bits / 8) problems.Add($"a frame has {bytesPerFrame} bytes; {channels} channels of {bits} bits need {channels * bits / 8}");
        return problems.Count == 0
            ? new WavFormat(tag == IeeeFloat, bits, channels, (int)rate)
            : throw new AudioFormatException($"The 'fmt ' chunk is wrong: {string.Join("; ", problems)}.");
    }

    private static ushort SubFormat(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < ExtensibleLength) throw new AudioFormatException($"The 'fmt ' chunk has {chunk.Length} bytes; the extensible form needs {ExtensibleLength}.");
        return chunk[26..ExtensibleLength].SequenceEqual(SubFormatEnd)
            ? BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..])
            : throw new AudioFormatException($"The 'fmt ' chunk names the sub-format {new Guid(chunk[24..ExtensibleLength])}; only PCM and float are read.");
    }

    private static string Name(ushort tag) => tag switch
    {
        Pcm => "PCM",
        IeeeFloat => "float",
        2 => "Microsoft ADPCM",
        6 => "A-law",
        7 => "µ-law",
        0x11 => "IMA ADPCM",
        0x55 => "MP3",
        _ => $"number 0x{tag:X4}",
    };
}
