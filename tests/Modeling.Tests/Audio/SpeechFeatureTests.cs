using Platform.Modeling.Audio;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Audio;

public sealed class SpeechFeatureTests
{
    private static readonly SpeechPadding Longest = new() { ToLongest = true };

    [Fact]
    public void ARowOfABatchHasTheFeaturesItHasAlone()
    {
        using var extractor = new SpeechFeatureExtractor(new SpeechFeatureOptions { ChunkSeconds = 1 });
        using var together = extractor.Extract([Noise(5_000, 1), Noise(16_000, 2)]);
        using var alone = extractor.Extract([Noise(5_000, 1)]);
        Assert.Equal([2, 80, 100], together.Values.shape);
        Assert.True(together.Values[0].allclose(alone.Values[0], atol: 1e-6));
        Assert.Equal(32, together.Mask[0].sum().ToInt64()); // ⌈5000 / 160⌉
    }

    [Fact]
    public void FeaturesEqualTheDefinitionEvaluatedDirectly()
    {
        using var extractor = new SpeechFeatureExtractor(new SpeechFeatureOptions { Mels = 8 });
        var sound = Noise(800, 3);
        using var features = extractor.Extract([sound], Longest);
        using var filters = MelFilterBank.Slaney(201, 8, 8000, 16_000);
        var log = new double[8, 5];
        for (var frame = 0; frame < 5; frame++)
        {
            var power = Enumerable.Range(0, 201).Select(bin => Power(sound.Span, frame * 160 - 200, bin)).ToArray();
            for (var mel = 0; mel < 8; mel++) log[mel, frame] = Math.Log10(Math.Max(1e-10, Enumerable.Range(0, 201).Sum(bin => power[bin] * filters[bin, mel].ToDouble())));
        }

        var floor = log.Cast<double>().Max() - 8;
        for (var mel = 0; mel < 8; mel++)
        {
            for (var frame = 0; frame < 5; frame++) Assert.Equal((Math.Max(log[mel, frame], floor) + 4) / 4, features.Values[0, mel, frame].ToDouble(), 1e-4);
        }
    }

    [Fact]
    public void SoundsThatGiveNoFeaturesAreRefused()
    {
        using var extractor = new SpeechFeatureExtractor(new SpeechFeatureOptions());
        Assert.Throws<ArgumentException>(() => extractor.Extract([]));
        Assert.Contains("1, 2", Assert.Throws<ArgumentException>(() => extractor.Extract([Noise(500, 1), ReadOnlyMemory<float>.Empty, new[] { float.NaN }])).Message);
        Assert.Contains("200", Assert.Throws<ArgumentException>(() => extractor.Extract([Noise(161, 1)], Longest)).Message);
        Assert.Contains("longest", Assert.Throws<ArgumentException>(() => extractor.Extract([Noise(900, 1)], new SpeechPadding { MaxSamples = 800, Truncate = false })).Message);
    }

    [Fact]
    public void ReadsTheFilesOfOldAndNewModelFolders()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("processor_config.json"), """{"feature_extractor":{"feature_size":128}}""");
        Assert.Equal(128, SpeechFeatureOptions.Load(folder.Path).Mels);
        File.WriteAllText(folder.File(SpeechFeatureOptions.FileName), """{"feature_size":80,"chunk_length":10}""");
        Assert.Equal((80, 160_000), (SpeechFeatureOptions.Load(folder.Path).Mels, SpeechFeatureOptions.Load(folder.Path).ChunkSamples));
    }

    [Fact]
    public void AWrongFileIsRefusedWithAllItsFaults()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(SpeechFeatureOptions.FileName), """{"feature_extractor_type":"Other","dither":0.5,"hop_length":900,"feature_size":0}""");
        var message = Assert.Throws<ModelConfigException>(() => SpeechFeatureOptions.Load(folder.Path)).Message;
        foreach (var part in (string[])["preprocessor_config.json", "Other", "dither", "hop_length", "feature_size"]) Assert.Contains(part, message);
    }

    /// <summary>|Σ w x e^(-2πi·bin·n/400)|², with the samples before the first and behind the last mirrored.</summary>
    private static double Power(ReadOnlySpan<float> sound, int begin, int bin)
    {
        var (real, imaginary) = (0.0, 0.0);
        for (var n = 0; n < 400; n++)
        {
            var at = Math.Abs(begin + n);
            if (at >= sound.Length) at = 2 * (sound.Length - 1) - at;
            var windowed = sound[at] * (0.5 - 0.5 * Math.Cos(2 * Math.PI * n / 400));
            real += windowed * Math.Cos(2 * Math.PI * bin * n / 400);
            imaginary -= windowed * Math.Sin(2 * Math.PI * bin * n / 400);
        }

        return real * real + imaginary * imaginary;
    }

    private static ReadOnlyMemory<float> Noise(int samples, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, samples).Select(_ => random.NextSingle() - 0.5f).ToArray();
    }
}
