using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;

namespace Platform.Modeling.Audio;

/// <summary>The figures of a Whisper feature extractor: what <c>preprocessor_config.json</c> says.</summary>
public sealed record SpeechFeatureOptions
{
    public const string FileName = "preprocessor_config.json";

    /// <summary>The file of transformers 5 that holds all of a model's processors.</summary>
    private const string ProcessorFile = "processor_config.json";

    /// <summary>Mel bands: 80, or 128 from large-v3 on.</summary>
    public int Mels { get; init; } = 80;

    /// <summary>Samples per second.</summary>
    public int SamplingRate { get; init; } = 16_000;

    /// <summary>Samples from one frame to the next.</summary>
    public int HopLength { get; init; } = 160;

    /// <summary>Samples of one spectrum.</summary>
    public int WindowLength { get; init; } = 400;

    /// <summary>Seconds that the encoder takes.</summary>
    public int ChunkSeconds { get; init; } = 30;

    /// <summary>The sample that stands for silence.</summary>
    public double PaddingValue { get; init; }

    /// <summary>The samples the encoder takes.</summary>
    public int ChunkSamples => ChunkSeconds * SamplingRate;

    /// <summary>Reads the file in a model folder, or what transformers 5 writes instead of it.</summary>
    /// <param name="file">another file than preprocessor_config.json</param>
    /// <exception cref="ModelConfigException">The file is missing, malformed or asks for what is not there; the message lists all.</exception>
    public static SpeechFeatureOptions Load(string folder, string file = FileName)
    {
        var path = Path.Combine(folder, file);
        if (File.Exists(path) || !File.Exists(Path.Combine(folder, ProcessorFile))) return Parse(ModelConfig.ReadJson(path), file);

        var processors = ModelConfig.ReadJson(Path.Combine(folder, ProcessorFile));
        return Parse(processors["feature_extractor"] as JsonObject ?? throw new ModelConfigException($"{ProcessorFile}: feature_extractor is missing."), ProcessorFile);
    }

    private static SpeechFeatureOptions Parse(JsonObject json, string file)
    {
        var fields = new ConfigFields(json, file);
        var type = fields.Text("feature_extractor_type", "WhisperFeatureExtractor");
        fields.Require(type == "WhisperFeatureExtractor", $"feature_extractor_type is '{type}'; only WhisperFeatureExtractor is known");
        var side = fields.Text("padding_side", "right");
        fields.Require(side == "right", $"padding_side is '{side}'; only 'right' is supported");
        var dither = fields.Real("dither", 0);
        fields.Require(dither == 0, $"dither is {dither}; only 0, features that repeat, is supported");
        var options = new SpeechFeatureOptions
        {
            Mels = (int)fields.Positive("feature_size", 80),
            SamplingRate = (int)fields.Positive("sampling_rate", 16_000),
            HopLength = (int)fields.Positive("hop_length", 160),
            WindowLength = (int)fields.Positive("n_fft", 400),
            ChunkSeconds = (int)fields.Positive("chunk_length", 30),
            PaddingValue = fields.Real("padding_value", 0),
        };
        fields.Require(options.HopLength <= options.WindowLength, $"hop_length is {options.HopLength}; it must not exceed n_fft, {options.WindowLength}");
        fields.Require(options.Mels <= 1024, $"feature_size is {options.Mels}; it must lie in 1..1024");
        fields.Require(options.WindowLength <= 1 << 16, $"n_fft is {options.WindowLength}; it must lie in 1..{1 << 16}");
        fields.Require((long)options.ChunkSeconds * options.SamplingRate <= 1 << 28, $"chunk_length is {options.ChunkSeconds}; with sampling_rate it must stay below {1 << 28} samples");
        fields.ThrowIfWrong();
        return options;
    }
}
