using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Platform.Modeling.Audio;

/// <summary>
/// Reads WAV files: RIFF with PCM of 8, 16, 24 or 32 bits or floats of 32 or 64, any number of channels. Sizes in the file are
/// claims: what is allocated grows with the bytes that are really there.
/// </summary>
public static class WavFile
{
    private const int ChunkHeader = 8;
    private const int ReadAtOnce = 1 << 16;
    private const long MostData = 1L << 30;          // nine hours of one channel of 16 bits at 16 kHz
    private const uint UnknownSize = uint.MaxValue;  // a writer that could not go back to fill it in

    /// <exception cref="AudioFormatException">The file is damaged or of a kind that is not read.</exception>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static Waveform Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            return Read(file);
        }
        catch (AudioFormatException failure)
        {
            throw new AudioFormatException($"'{path}': {failure.Message}", failure);
        }
    }

    /// <param name="stream">at the file's beginning; need not be able to seek</param>
    /// <exception cref="AudioFormatException">The content is damaged or of a kind that is not read.</exception>
    public static Waveform Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[ChunkHeader + 4];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length) throw new AudioFormatException($"There are fewer than {header.Length} bytes, too few for a WAV file.");
        if (!header[..4].SequenceEqual("RIFF"u8) || !header[8..].SequenceEqual("WAVE"u8))
        {
            throw new AudioFormatException($"The content begins with '{Name(header[..4])}…{Name(header[8..])}'; a WAV file begins with 'RIFF…WAVE'. Convert it, e.g. to 16-bit PCM.");
        }

        Span<byte> chunk = stackalloc byte[WavFormat.ExtensibleLength];
        WavFormat? format = null;
        while (stream.ReadAtLeast(header[..ChunkHeader], ChunkHeader, throwOnEndOfStream: false) == ChunkHeader)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            if (header[..4].SequenceEqual("data"u8))
            {
                return Samples(stream, size, format ?? throw new AudioFormatException("The 'data' chunk comes before the 'fmt ' chunk that explains it."));
            }

            var kept = 0;
            if (header[..4].SequenceEqual("fmt "u8))
            {
                kept = (int)Math.Min(size, WavFormat.ExtensibleLength);
                format = WavFormat.Parse(chunk[..stream.ReadAtLeast(chunk[..kept], kept, throwOnEndOfStream: false)]);
            }

            Skip(stream, size + (size & 1L) - kept); // chunks begin at even places
        }

        throw new AudioFormatException("There is no 'data' chunk: the file is cut off, or a chunk before it states a wrong size.");
    }

    private static Waveform Samples(Stream stream, uint size, WavFormat format)
    {
        var samples = new ArrayBufferWriter<float>(ReadAtOnce);
        var framesAtOnce = Math.Max(1, ReadAtOnce / format.BytesPerFrame);
        var buffer = new byte[framesAtOnce * format.BytesPerFrame];
        var read = 0L;
        while (read < size)
        {
            var wanted = (int)Math.Min(buffer.Length, size - read);
            var got = stream.ReadAtLeast(buffer.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
            read += got;
            if (read > MostData) throw new AudioFormatException($"The 'data' chunk has more than {MostData} bytes; split the recording.");

            var count = got / format.BytesPerFrame * format.Channels; // a last frame that is not whole is left out
            if (count > 0) WavSamples.Decode(format, buffer.AsSpan(0, got), samples.GetSpan(count)[..count]);
            samples.Advance(count);
            if (got == wanted) continue;
            if (size != UnknownSize) throw new AudioFormatException($"The 'data' chunk states {size} bytes; {read} follow. The file is cut off.");
            break;
        }

        return new Waveform(samples.WrittenMemory, format.Channels, format.SamplingRate);
    }

    private static void Skip(Stream stream, long count)
    {
        if (stream.CanSeek)
        {
            stream.Position = Math.Min(stream.Length, stream.Position + count);
            return;
        }

        Span<byte> ignored = stackalloc byte[1024];
        while (count > 0 && stream.Read(ignored[..(int)Math.Min(ignored.Length, count)]) is > 0 and var read) count -= read;
    }

    private static string Name(ReadOnlySpan<byte> id) => Encoding.ASCII.GetString(id).ReplaceLineEndings(" ");
}
