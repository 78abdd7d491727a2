using System.Buffers.Binary;
using Platform.Modeling.Audio;

namespace Platform.Modeling.Tests.Audio;

public sealed class WavFileTests
{
    private static readonly byte[] TwoFrames = [0x00, 0x40, 0x00, 0xC0, 0x00, 0x20, 0x00, 0x20]; // 0.5, -0.5; 0.25, 0.25

    [Fact]
    public void ChannelsLieSideBySideAndTheirMeanIsMono()
    {
        var wave = Read(Wav(Format(channels: 2), TwoFrames));
        Assert.Equal((2, 2, 16_000), (wave.Frames, wave.Channels, wave.SamplingRate));
        Assert.Equal([0.5f, -0.5f, 0.25f, 0.25f], wave.Samples.ToArray());
        Assert.Equal([0f, 0.25f], wave.Mono());
    }

    [Fact]
    public void DoublesAreRead()
    {
        byte[] data = [.. BitConverter.GetBytes(0.75), .. BitConverter.GetBytes(-0.125)];
        Assert.Equal([0.75f, -0.125f], Read(Wav(Format(tag: 3, bits: 64), data)).Mono());
    }

    [Fact]
    public void TheSignOf24BitsIsInTheirLastByte() =>
        Assert.Equal([-1f / 8388608, 1f / 8388608, -1f], Read(Wav(Format(bits: 24), [0xFF, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0x00, 0x00, 0x80])).Mono());

    [Fact]
    public void ManyChannelsAreRead()
    {
        var wave = Read(Wav(Format(channels: 300, bits: 8), [.. Enumerable.Range(0, 300).Select(i => (byte)(i % 256))]));
        Assert.Equal((1, 300), (wave.Frames, wave.Channels));
    }

    [Fact]
    public void ALastFrameThatIsNotWholeIsLeftOut() => Assert.Equal([0.5f], Read(Wav(Format(), [0x00, 0x40, 0x77])).Mono());

    [Fact]
    public void AStreamOfUnknownLengthIsReadToItsEnd() => Assert.Equal(4, Read(Wav(Format(), TwoFrames, stated: uint.MaxValue)).Frames);

    [Fact]
    public void AStreamThatCannotSeekIsReadToo()
    {
        var wav = (byte[])[.. Wav(Format(), TwoFrames).AsSpan(0, 12), .. Chunk("LIST", new byte[3001]), .. Wav(Format(), TwoFrames).AsSpan(12)];
        using var forward = new System.IO.Compression.GZipStream(new MemoryStream(Zipped(wav)), System.IO.Compression.CompressionMode.Decompress);
        Assert.Equal(WavFile.Read(new MemoryStream(wav)).Mono(), WavFile.Read(forward).Mono());
    }

    [Fact]
    public void AHugeStatedSizeAllocatesNothingAndIsRefused()
    {
        var wav = Wav(Format(), TwoFrames, stated: 0xFFFF_FFF0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("4294967280", Assert.Throws<AudioFormatException>(() => Read(wav)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void EveryFaultOfTheFormatIsNamedAtOnce()
    {
        var message = Assert.Throws<AudioFormatException>(() => Read(Wav(Format(tag: 7, channels: 0, rate: 0, bits: 8, bytesPerFrame: 5), [1]))).Message;
        foreach (var part in (string[])["µ-law", "0 channels", "sampling rate is 0", "5 bytes"]) Assert.Contains(part, message);
    }

    [Fact]
    public void ContentThatIsNoWavIsRefusedByName()
    {
        Assert.Contains("ID3", Assert.Throws<AudioFormatException>(() => Read([.. "ID3\x3"u8, .. new byte[20]])).Message);
        Assert.Contains("fmt", Assert.Throws<AudioFormatException>(() => Read([.. "RIFF\0\0\0\0WAVE"u8, .. Chunk("data", TwoFrames)])).Message);
        Assert.Contains("data", Assert.Throws<AudioFormatException>(() => Read([.. "RIFF\0\0\0\0WAVE"u8, .. Chunk("fmt ", Format())])).Message);
    }

    /// <summary>Each byte of a sound header replaced by extreme values, and every shorter file.</summary>
    [Fact]
    public void DamagedHeadersGiveSoundOrATypedErrorAndNothingElse()
    {
        var sound = Wav(Format(), TwoFrames);
        for (var i = 0; i < sound.Length; i++)
        {
            foreach (var value in (byte[])[0, 1, 0x7F, 0x80, 0xFF])
            {
                var damaged = (byte[])sound.Clone();
                damaged[i] = value;
                ReadOrRefuse(damaged);
            }

            ReadOrRefuse(sound[..i]);
        }

        static void ReadOrRefuse(byte[] wav)
        {
            try
            {
                Assert.InRange(Read(wav).Samples.Length, 0, wav.Length);
            }
            catch (AudioFormatException refusal)
            {
                Assert.NotEmpty(refusal.Message);
            }
        }
    }

    private static Waveform Read(byte[] wav) => WavFile.Read(new MemoryStream(wav));

    private static byte[] Wav(byte[] format, byte[] data, uint? stated = null)
    {
        byte[] wav = [.. "RIFF\0\0\0\0WAVE"u8, .. Chunk("fmt ", format), .. Chunk("data", data)];
        if (stated is { } size) BinaryPrimitives.WriteUInt32LittleEndian(wav.AsSpan(12 + 8 + format.Length + 4), size);
        return wav;
    }

    private static byte[] Chunk(string id, byte[] content) =>
        [.. System.Text.Encoding.ASCII.GetBytes(id), .. BitConverter.GetBytes(content.Length), .. content, .. new byte[content.Length & 1]];

    private static byte[] Format(ushort tag = 1, ushort channels = 1, uint rate = 16_000, ushort bits = 16, int? bytesPerFrame = null)
    {
        var frame = (ushort)(bytesPerFrame ?? channels * bits / 8);
        return [.. BitConverter.GetBytes(tag), .. BitConverter.GetBytes(channels), .. BitConverter.GetBytes(rate), .. BitConverter.GetBytes(rate * frame), .. BitConverter.GetBytes(frame), .. BitConverter.GetBytes(bits)];
    }

    private static byte[] Zipped(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(memory, System.IO.Compression.CompressionLevel.Fastest)) zip.Write(content);
        return memory.ToArray();
    }
}
