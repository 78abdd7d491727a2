using System.Buffers.Binary;

namespace Platform.Recipes.Generator.Speech;

/// <summary>Writes a WAV file of one channel with 8 bits per sample, as telephones had it.</summary>
public static class Wave
{
    private const int Header = 44;

    public static byte[] Of(ReadOnlySpan<float> samples, int rate)
    {
        var file = new byte[Header + samples.Length + (samples.Length & 1)];
        var content = file.AsSpan();
        "RIFF"u8.CopyTo(content);
        BinaryPrimitives.WriteInt32LittleEndian(content[4..], file.Length - 8);
        "WAVEfmt "u8.CopyTo(content[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(content[16..], 16);    // of the format
        BinaryPrimitives.WriteInt16LittleEndian(content[20..], 1);     // whole numbers
        BinaryPrimitives.WriteInt16LittleEndian(content[22..], 1);     // channels
        BinaryPrimitives.WriteInt32LittleEndian(content[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(content[28..], rate);  // bytes per second
        BinaryPrimitives.WriteInt16LittleEndian(content[32..], 1);     // bytes per sample
        BinaryPrimitives.WriteInt16LittleEndian(content[34..], 8);     // bits per sample
        "data"u8.CopyTo(content[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(content[40..], samples.Length);
        for (var i = 0; i < samples.Length; i++) file[Header + i] = (byte)Math.Clamp(Math.Round(samples[i] * 127) + 128, 0, 255);
        return file;
    }
}
