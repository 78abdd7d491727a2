using System.Text.Json;
using Platform.Data.Collation;
using Platform.FineTuning.Preference;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;
using Platform.Parity.Metrics;

namespace Platform.Parity.Collation;

/// <summary>Preferences as rows and as a batch against TRL's DPO trainer.</summary>
internal static class PreferenceCase
{
    public static void Check(JsonElement golden, string folder, Mismatches mismatches)
    {
        var tokenizer = Tokenizer.Load(Path.Combine(folder, "tokenizer"));
        var encoder = new PreferenceEncoder(tokenizer, ChatTemplate.Load(Path.Combine(folder, "tokenizer")));
        foreach (var (i, run) in golden.GetProperty("runs").EnumerateArray().Index())
        {
            var args = run.GetProperty("args");
            int? length = args.TryGetProperty("max_length", out var longest) ? longest.GetInt32() : null;
            var keepEnd = args.TryGetProperty("truncation_mode", out var mode) && mode.GetString() == "keep_end";
            var rows = run.GetProperty("examples").Of(example => Encode(encoder, example)).FindAll(row => keepEnd || length is null || row.HasRoomForAnswers(length.Value));
            mismatches.Check($"[{i}].rows", run.GetProperty("rows"), rows.Select(row => new { prompt_ids = row.Prompt, chosen_ids = row.Chosen, rejected_ids = row.Rejected }));
            var batch = new PaddingCollator(new() { TokenId = tokenizer.PadTokenId!.Value }).Collate(PreferenceRow.Concatenated(rows, length, keepEnd));
            mismatches.CheckBatch($"[{i}].batch_of_all", run.GetProperty("batch_of_all"), batch);
        }
    }

    private static PreferenceRow Encode(PreferenceEncoder encoder, JsonElement example)
    {
        var (hasPrompt, chosen, rejected) = (example.TryGetProperty("prompt", out var prompt), example.GetProperty("chosen"), example.GetProperty("rejected"));
        return chosen.ValueKind == JsonValueKind.String
            ? encoder.Encode(hasPrompt ? prompt.GetString() : null, chosen.GetString()!, rejected.GetString()!)
            : encoder.Encode(hasPrompt ? Messages(prompt) : null, Messages(chosen), Messages(rejected));
    }

    private static List<(string Role, string Content)> Messages(JsonElement list) => list.Of(message => (message.GetProperty("role").GetString()!, message.GetProperty("content").GetString()!));
}
