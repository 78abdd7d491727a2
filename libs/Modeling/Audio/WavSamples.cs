using System.Buffers.Binary;

namespace Platform.Modeling.Audio;

/// <summary>Stored samples -> floats: whole numbers are divided by the largest magnitude of their width, floats stay.</summary>
internal static class WavSamples
{
    /// <param name="stored">whole frames</param>
    /// <param name="samples">one per stored sample</param>
    public static void Decode(WavFormat format, ReadOnlySpan<byte> stored, Span<float> samples)
    {
        switch (format.IsFloat, format.Bits)
        {
            case (false, 8):
                for (var i = 0; i < samples.Length; i++) samples[i] = (stored[i] - 128) / 128f;
                break;
            case (false, 16):
                for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(stored[(2 * i)..]) / 32768f;
                break;
            case (false, 24):
                for (var i = 0; i < samples.Length; i++) samples[i] = Int24(stored[(3 * i)..]) / 8388608f; // 2²³
                break;
            case (false, _):
                for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt32LittleEndian(stored[(4 * i)..]) / 2147483648f; // 2³¹
                break;
            case (true, 32):
                for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadSingleLittleEndian(stored[(4 * i)..]);
                break;
            default:
                for (var i = 0; i < samples.Length; i++) samples[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(stored[(8 * i)..]);
                break;
        }
    }

    // The third byte carries the sign.
    private static int Int24(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | (sbyte)bytes[2] << 16;
}
