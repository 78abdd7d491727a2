using Platform.Modeling.Audio;
using static TorchSharp.torch;

namespace Platform.Parity.Models;

/// <summary>A case that holds no model, but the feature extractor of a speech model and what it makes of a sound.</summary>
internal static class SpeechFeatureCase
{
    public static bool Is(ModelCase golden) => golden.Json["model_class"]?.ToString() == "WhisperFeatureExtractor";

    public static ParityVerdict Check(ModelCase golden)
    {
        using var scope = NewDisposeScope();
        var comparison = new TensorComparison(SpeechFeatureOptions.FileName);
        using var extractor = SpeechFeatureExtractor.Load(golden.Folder);
        using var features = extractor.Extract([golden.Golden("waveform").data<float>().ToArray()]);
        comparison.Close("input_features", features.Values[0], golden.Golden("input_features"), golden.Tolerance("input_features", "atol"), 0);
        comparison.Same("attention_mask", features.Mask[0], golden.Golden("attention_mask"));
        return comparison.Verdict;
    }
}
