using System.Text.Json.Nodes;
using Platform.Modeling.Audio;
using Platform.Parity.Tensors;
using static TorchSharp.torch;

namespace Platform.Parity.Audio;

/// <summary>What comes before the features: files, resampling, filters.</summary>
internal static class SoundCases
{
    public static void Files(GoldenCase golden, Comparison comparison)
    {
        var tolerance = golden.Json["tolerance"]!;
        foreach (var (name, expected, wave) in Waves(golden))
        {
            comparison.Expect(wave.SamplingRate == expected["sampling_rate"]!.GetValue<int>(), $"{name}: the sampling rate is {wave.SamplingRate}");
            comparison.Expect(wave.Channels == expected["channels"]!.GetValue<int>(), $"{name}: there are {wave.Channels} channels");
            comparison.Expect(wave.Frames == expected["frames"]!.GetValue<int>(), $"{name}: there are {wave.Frames} frames");
            using var samples = tensor(wave.Samples.ToArray(), wave.Frames, wave.Channels);
            using var mono = tensor(wave.Mono());
            comparison.Close($"{name}.samples", samples, golden.Read($"{name}.samples"), tolerance["samples"]!.GetValue<double>());
            comparison.Close($"{name}.mono", mono, golden.Read($"{name}.mono"), tolerance["mono"]!.GetValue<double>());
        }
    }

    /// <summary>The library follows torchaudio; scipy's results are for those that follow it.</summary>
    public static void Resampling(GoldenCase golden, Comparison comparison)
    {
        var tolerance = golden.Json["tolerance"]!.GetValue<double>();
        foreach (var (name, expected, wave) in Waves(golden))
        {
            var to = expected["to"]!.GetValue<int>();
            foreach (var (method, options) in ((string, ResamplingOptions)[])[("torchaudio", ResamplingOptions.Hann), ("torchaudio_kaiser", ResamplingOptions.KaiserBest)])
            {
                using var resampled = tensor(Resampler.Resample(wave.Mono(), wave.SamplingRate, to, options));
                comparison.Close($"{name}.{method}", resampled, golden.Read($"{name}.{method}"), tolerance);
            }
        }
    }

    public static void Filters(GoldenCase golden, Comparison comparison)
    {
        var tolerance = golden.Json["tolerance"]!.GetValue<double>();
        foreach (var mels in (int[])[80, 128])
        {
            using var filters = MelFilterBank.Slaney(201, mels, 8000, 16_000);
            comparison.Close($"mel_filters_{mels}", filters, golden.Read($"mel_filters_{mels}"), tolerance);
        }

        using var window = hann_window(400, periodic: true);
        comparison.Close("hann_400", window, golden.Read("hann_400"), tolerance);
    }

    private static IEnumerable<(string Name, JsonNode Expected, Waveform Wave)> Waves(GoldenCase golden) =>
        from file in golden.Json["files"]!.AsArray()
        let name = file["file"]!.ToString()
        select (Path.GetFileNameWithoutExtension(name), file, WavFile.Read(golden.PathOf(name)));
}
