using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace Platform.Modeling.Llava;

/// <summary>The class of the family, and its files: the keys of published folders are older than the names of the modules.</summary>
internal static partial class LlavaFamily
{
    private static readonly (string Name, string Stored)[] Roots =
    [
        ("model.language_model.", "language_model.model."),
        ("model.vision_tower.", "vision_tower."),
        ("model.multi_modal_projector.", "multi_modal_projector."),
        ("lm_head.", "language_model.lm_head."),
    ];

    public static readonly IReadOnlyList<ModelFamily> Models =
    [
        new(LlavaConfig.ClassName, "llava", typeof(CausalLanguageModel), Create, new CheckpointLayout
        {
            Renames = [(BareTower(), "${root}vision_model.")],
            Ignored = [Positions()],
            Parts = Parts,
        }),
    ];

    private static LlavaForConditionalGeneration Create(JsonObject json, ScalarType dtype, Device device)
    {
        var decoder = LlavaParts.Decoder(json, dtype, device);
        try
        {
            return new LlavaForConditionalGeneration(LlavaConfig.Parse(json, decoder.Config), decoder, dtype, device);
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    private static IReadOnlyList<StoredPart>? Parts(string name, Tensor parameter)
    {
        var (root, stored) = Array.Find(Roots, pair => name.StartsWith(pair.Name, StringComparison.Ordinal));
        return root is null ? null : [new StoredPart(stored + name[root.Length..], parameter)];
    }

    // Newer files leave out the level that the tower's own checkpoints have.
    [GeneratedRegex(@"^(?<root>(model\.)?vision_tower\.)(?!vision_model\.)")]
    private static partial Regex BareTower();

    [GeneratedRegex(@"\.embeddings\.position_ids$")]
    private static partial Regex Positions();
}
