using System.Text.Json;
using Platform.Data.Collation;
using Platform.FineTuning.MaskedLanguageModeling;
using Platform.Modeling.Tokenization;
using Platform.Parity.Metrics;
using static TorchSharp.torch;

namespace Platform.Parity.Collation;

/// <summary>Random masking from a seed against transformers.</summary>
internal static class MaskingCase
{
    public static void Check(JsonElement golden, string folder, Mismatches mismatches)
    {
        var tokenizer = Tokenizer.Load(Path.Combine(folder, "tokenizer"));
        var mask = tokenizer.IdOf(tokenizer.Config.NamedTokens["mask_token"])!.Value;
        foreach (var (i, call) in golden.GetProperty("calls").EnumerateArray().Index())
        {
            using var generator = new Generator(call.GetProperty("seed").GetUInt64());
            var features = call.GetProperty("features");
            var special = Specials(features);
            var batch = new PaddingCollator(new() { TokenId = tokenizer.PadTokenId!.Value }).Collate(features.Of(Example));
            var hidden = new TokenMasking(mask, tokenizer.VocabularySize) { Share = call.GetProperty("mlm_probability").GetDouble() }.Hide(batch, special.Contains, generator);
            var expected = call.GetProperty("batch");
            mismatches.Check($"[{i}].input_ids", expected.GetProperty("input_ids"), hidden.InputIds.Chunk(batch.Length));
            mismatches.Check($"[{i}].labels", expected.GetProperty("labels"), hidden.Labels.Chunk(batch.Length));
            mismatches.Check($"[{i}].attention_mask", expected.GetProperty("attention_mask"), hidden.AttentionMask.Chunk(batch.Length));
        }
    }

    private static HashSet<long> Specials(JsonElement features) => [.. features.EnumerateArray().SelectMany(feature =>
        feature.GetProperty("input_ids").Integers().Zip(feature.GetProperty("special_tokens_mask").Integers()).Where(pair => pair.Second == 1).Select(pair => (long)pair.First))];

    private static SupervisedExample Example(JsonElement feature)
    {
        int[] ids = [.. feature.GetProperty("input_ids").Integers()];
        return new(ids, ids);
    }
}
