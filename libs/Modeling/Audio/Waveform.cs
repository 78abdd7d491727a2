namespace Platform.Modeling.Audio;

/// <summary>Sound as samples in [-1, 1).</summary>
/// <param name="Samples">[frames, channels] in one row: the channels of a frame lie side by side</param>
/// <param name="SamplingRate">frames per second</param>
public sealed record Waveform(ReadOnlyMemory<float> Samples, int Channels, int SamplingRate)
{
    public int Frames => Samples.Length / Channels;

    public TimeSpan Duration => TimeSpan.FromSeconds((double)Frames / SamplingRate);

    /// <summary>The mean of the channels, [frames].</summary>
    public float[] Mono()
    {
        var samples = Samples.Span;
        if (Channels == 1) return samples.ToArray();

        var mono = new float[Frames];
        for (var frame = 0; frame < mono.Length; frame++)
        {
            var sum = 0.0;
            foreach (var sample in samples.Slice(frame * Channels, Channels)) sum += sample;
            mono[frame] = (float)(sum / Channels);
        }

        return mono;
    }

    /// <summary>The mean of the channels at another sampling rate, as speech models take it.</summary>
    public float[] Mono(int samplingRate) => Resampler.Resample(Mono(), SamplingRate, samplingRate);
}
