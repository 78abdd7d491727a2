using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Modeling.Audio;
using Platform.Parity.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Parity.Audio;

/// <summary>The features of single sounds, of batches and of a file at another rate.</summary>
internal static class FeatureCases
{
    /// <summary>One file under each extractor the folder holds.</summary>
    public static void OneSound(GoldenCase golden, Comparison comparison)
    {
        using var scope = NewDisposeScope();
        ReadOnlyMemory<float> sound = WavFile.Read(golden.PathOf("audio.wav")).Mono();
        foreach (var file in Directory.EnumerateFiles(golden.Folder, "preprocessor_config_*.json"))
        {
            using var extractor = SpeechFeatureExtractor.Load(golden.Folder, Path.GetFileName(file));
            var name = $"features_{extractor.Options.Mels}";
            if (golden.Json["results"]![name] is not JsonObject expected) continue;

            using var features = extractor.Extract([sound]);
            var values = features.Values[0];
            var close = Closeness(golden, comparison);
            close($"{name}_first", values.narrow(1, 0, expected["first"]!.GetValue<long>()));
            close($"{name}_every_100th", values.slice(1, 0, values.shape[1], 100));
            close($"{name}_mean_per_mel", values.mean([1]));
            Statistics(name, values, expected, comparison);
            comparison.Expect(features.Mask.sum().ToInt64() == expected["attention_mask_sum"]!.GetValue<long>(), $"{name}: the mask holds {features.Mask.sum().ToInt64()} frames");
            if (extractor.Options.Mels != 80 || !golden.Has("normalized_longest_80_first")) continue;

            using var normalized = extractor.Extract([sound], new SpeechPadding { Normalize = true, ToLongest = true });
            close("normalized_longest_80_first", normalized.Values[0].narrow(1, 0, Math.Min(40, normalized.Values.shape[2])));
            Statistics("normalized", normalized.Values[0], golden.Json["results"]!["do_normalize, padding longest"]!.AsObject(), comparison);
        }
    }

    /// <summary>A stereo file at 44.1 kHz.</summary>
    public static void Resampled(GoldenCase golden, Comparison comparison)
    {
        using var scope = NewDisposeScope();
        using var extractor = new SpeechFeatureExtractor(new SpeechFeatureOptions());
        var sound = WavFile.Read(golden.PathOf("audio.wav")).Mono(extractor.Options.SamplingRate);
        comparison.Close("resampled", tensor(sound), golden.Read("resampled"), golden.Json["tolerance"]!["resampled"]!.GetValue<double>());

        using var features = extractor.Extract([sound]);
        var close = Closeness(golden, comparison, "features max", "features mean");
        close("features_80_first", features.Values[0].narrow(1, 0, 60));
        close("features_80_mean_per_mel", features.Values[0].mean([1]));
        Statistics("features_80", features.Values[0], golden.Json, comparison);
    }

    public static void Batches(GoldenCase golden, Comparison comparison)
    {
        using var scope = NewDisposeScope();
        using var extractor = new SpeechFeatureExtractor(new SpeechFeatureOptions());
        var amplitude = golden.Json["amplitude"]!.GetValue<double>();
        var sounds = golden.Json["lengths"]!.AsArray().Zip(golden.Json["states"]!.AsArray(), (length, state) => (ReadOnlyMemory<float>)Noise(state!, length!.GetValue<int>(), amplitude)).ToList();
        var longer = golden.Json["long"]!;
        var longSound = Noise(longer["state"]!, longer["samples"]!.GetValue<int>(), longer["amplitude"]!.GetValue<double>());
        var close = Closeness(golden, comparison);
        foreach (var call in golden.Json["calls"]!.AsArray().Select(call => call!.AsObject()))
        {
            var name = call["name"]!.ToString();
            var arguments = call["args"]!.AsObject();
            using var features = extractor.Extract(call["samples"] is null ? sounds : [longSound], PaddingOf(arguments));
            var values = features.Values;
            comparison.Expect(values.shape.SequenceEqual(call["shape"]!.AsArray().Select(size => size!.GetValue<long>())), $"{name}: shape [{string.Join(", ", values.shape)}]");
            if (call["stats"] is not null) Statistics(name, values, call, comparison);
            close($"{name}.input_features", call["stored"]?.ToString() == "every second mel" ? values.slice(1, 0, values.shape[1], 2) : values);
            close($"{name}.first", values[0].narrow(1, 0, Math.Min(30, values.shape[2])));
            close($"{name}.last", values[0].narrow(1, Math.Max(0, values.shape[2] - 30), Math.Min(30, values.shape[2])));
            if (golden.Has($"{name}.attention_mask")) comparison.Same($"{name}.attention_mask", features.Mask, golden.Read($"{name}.attention_mask"));
        }
    }

    /// <summary>Compares with the golden of that name, if there is one, by the largest and the mean difference.</summary>
    private static Action<string, Tensor> Closeness(GoldenCase golden, Comparison comparison, string largest = "max", string mean = "mean") => (name, actual) =>
    {
        if (!golden.Has(name)) return;
        var expected = golden.Read(name);
        comparison.Close(name, actual, expected, golden.Json["tolerance"]![largest]!.GetValue<double>());
        if (!actual.shape.SequenceEqual(expected.shape)) return;
        var difference = (actual - expected).abs().mean().ToDouble();
        comparison.Expect(difference <= golden.Json["tolerance"]![mean]!.GetValue<double>(), string.Create(CultureInfo.InvariantCulture, $"{name}: mean difference {difference:g3}"));
    };

    private static void Statistics(string name, Tensor values, JsonObject expected, Comparison comparison)
    {
        // A mean over a quarter of a million values is as good as one of its values; the smallest and the largest are single values.
        var statistics = expected["stats"]!;
        Near("mean", values.mean().ToDouble(), 1e-4);
        Near("std", values.std(unbiased: false).ToDouble(), 1e-4);
        Near("min", values.min().ToDouble(), 1e-3);
        Near("max", values.max().ToDouble(), 1e-3);

        void Near(string which, double actual, double tolerance) => comparison.Expect(
            Math.Abs(actual - statistics[which]!.GetValue<double>()) <= tolerance,
            string.Create(CultureInfo.InvariantCulture, $"{name}: the {which} is {actual:g7}, expected {statistics[which]}"));
    }

    private static SpeechPadding PaddingOf(JsonObject arguments) => new()
    {
        ToLongest = arguments["padding"]?.ToString() == "longest",
        MaxSamples = arguments["max_length"]?.GetValue<int>(),
        Truncate = arguments["truncation"]?.GetValue<bool>() ?? true,
        MultipleOf = arguments["pad_to_multiple_of"]?.GetValue<int>(),
        Normalize = arguments["do_normalize"]?.GetValue<bool>() ?? false,
    };

    /// <summary>The case's formula: a linear congruential generator whose upper 24 bits are the sample.</summary>
    private static float[] Noise(JsonNode state, int length, double amplitude)
    {
        var (x, samples) = (state.GetValue<uint>(), new float[length]);
        for (var i = 0; i < length; i++)
        {
            x = unchecked((1664525 * x) + 1013904223);
            samples[i] = (float)(amplitude * (((x >> 8) / 8388608.0) - 1));
        }

        return samples;
    }
}
