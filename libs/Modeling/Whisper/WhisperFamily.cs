using System.Text.RegularExpressions;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Whisper;

/// <summary>The classes of the family.</summary>
internal static partial class WhisperFamily
{
    private const string Generation = "WhisperForConditionalGeneration";
    private const string Classification = "WhisperForAudioClassification";

    public static readonly IReadOnlyList<ModelFamily> Models =
    [
        new(
            Generation, "whisper", typeof(Seq2SeqModel),
            (json, dtype, device) => new WhisperForConditionalGeneration(WhisperConfig.Parse(json, Generation), dtype, device),
            new CheckpointLayout { BaseModel = "model" }),
        new(
            Classification, "whisper", typeof(AudioClassifier),
            (json, dtype, device) => new WhisperForAudioClassification(WhisperConfig.Parse(json, Classification) with { Labels = ClassificationLabels.Read(json) }, dtype, device),
            new CheckpointLayout { BaseModel = "encoder", Renames = [(ModelPrefix(), "")], Ignored = [DecoderKey()] }),
    ];

    /// <summary>The encoder's fixed positions.</summary>
    public static bool IsSinusoids(string parameterName) => parameterName.EndsWith("encoder.embed_positions.weight", StringComparison.Ordinal);

    [GeneratedRegex(@"^model\.")]
    private static partial Regex ModelPrefix();

    [GeneratedRegex(@"^(decoder\.|proj_out\.)")]
    private static partial Regex DecoderKey();
}
