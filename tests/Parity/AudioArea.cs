using Platform.Parity.Audio;
using Platform.Parity.Tensors;

namespace Platform.Parity;

/// <summary>Sound files, resampling and the features of speech models.</summary>
public sealed class AudioArea : IParityArea
{
    public string Name => "audio";

    public ParityVerdict Check(string casePath)
    {
        using var golden = new GoldenCase(casePath);
        var comparison = new Comparison();
        Checks(golden)(golden, comparison);
        return comparison.Verdict;
    }

    private static Action<GoldenCase, Comparison> Checks(GoldenCase golden)
    {
        if (golden.Has("hann_400")) return SoundCases.Filters;
        if (golden.Names.Any(name => name.EndsWith(".torchaudio", StringComparison.Ordinal))) return SoundCases.Resampling;
        if (golden.Names.Any(name => name.EndsWith(".samples", StringComparison.Ordinal))) return SoundCases.Files;
        if (golden.Json["calls"] is not null) return FeatureCases.Batches;
        if (golden.Has("resampled")) return FeatureCases.Resampled;
        if (golden.Json["results"] is not null) return FeatureCases.OneSound;
        throw new UnsupportedCaseException($"nothing here knows what '{golden.Json["case"]}' asks for");
    }
}
