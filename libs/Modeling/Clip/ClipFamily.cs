using System.Text.RegularExpressions;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Clip;

/// <summary>The classes of the family: both towers, and each alone, from its own folder or from that of both.</summary>
internal static partial class ClipFamily
{
    public const string ProjectedVision = "CLIPVisionModelWithProjection";
    public const string ProjectedText = "CLIPTextModelWithProjection";

    private static readonly CheckpointLayout Whole = new() { Ignored = [Positions()] };

    public static readonly IReadOnlyList<ModelFamily> Models =
    [
        new("CLIPModel", "clip", typeof(ClipModel), (json, dtype, device) => new ClipModel(ClipConfig.Parse(json), dtype, device), Whole),
        .. Towers(ClipVisionConfig.Type, ClipTextConfig.Type),
        .. Towers("clip", "clip"),
    ];

    private static IEnumerable<ModelFamily> Towers(string visionType, string textType) =>
    [
        Vision("CLIPVisionModel", visionType),
        Vision(ProjectedVision, visionType),
        Text("CLIPTextModel", textType),
        Text(ProjectedText, textType),
    ];

    private static ModelFamily Vision(string className, string modelType) => new(
        className, modelType, typeof(ImageEncoder),
        (json, dtype, device) => new ClipVisionModel(ClipVisionConfig.Parse(json, className), dtype, device),
        Whole with { BaseModel = "vision_model" });

    private static ModelFamily Text(string className, string modelType) => new(
        className, modelType, typeof(TextEncoder),
        (json, dtype, device) => new ClipTextModel(ClipTextConfig.Parse(json, className), dtype, device),
        Whole with { BaseModel = "text_model" });

    [GeneratedRegex(@"(^|\.)embeddings\.position_ids$")]
    private static partial Regex Positions();
}
