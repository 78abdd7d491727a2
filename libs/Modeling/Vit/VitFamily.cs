using Platform.Modeling.Encoders;
using Platform.Modeling.Tasks;

namespace Platform.Modeling.Vit;

/// <summary>The classes of the family.</summary>
internal static class VitFamily
{
    public static readonly IReadOnlyList<ModelFamily> Models =
    [
        new("ViTModel", "vit", typeof(ImageEncoder), (json, dtype, device) => new VitModel(VitConfig.Parse(json, "ViTModel"), pooled: true, dtype, device), EncoderHeads.Layout("vit")),
        new("ViTForImageClassification", "vit", typeof(ImageClassifier), (json, dtype, device) => new VitForImageClassification(VitConfig.Parse(json, "ViTForImageClassification"), dtype, device), EncoderHeads.Layout("vit")),
    ];
}
