using System.Text.Json;
using Platform.Data.Collation;
using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.FineTuning.TurnTemplates;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;
using Platform.Parity.Metrics;

namespace Platform.Parity.Collation;

/// <summary>Alpaca and ShareGPT examples through templates of turns against LLaMA-Factory.</summary>
internal static class TurnTemplateCase
{
    public static void Check(JsonElement golden, string folder, Mismatches mismatches)
    {
        var tokenizer = Tokenizer.Load(Path.Combine(folder, "tokenizer"));
        var templates = golden.GetProperty("templates").EnumerateArray().Select(WithTools).ToDictionary(template => template.Name);
        foreach (var row in golden.GetProperty("rows").EnumerateArray())
        {
            var (args, format, example) = (row.GetProperty("args"), row.GetProperty("format").GetString()!, row.GetProperty("example").GetInt32());
            var template = templates[row.GetProperty("template").GetString()!];
            var encoder = new SupervisedEncoder(tokenizer, Encoding(args) with { Turns = template });
            var what = $"{template.Name} {args} {format}[{example}]";
            mismatches.Try(what, () => CheckRow(what, row, Encoded(encoder, format, golden.GetProperty(format)[example]), mismatches));
        }

        foreach (var lengths in golden.GetProperty("infer_seqlen").EnumerateArray().Select(item => item.Integers()))
        {
            var (given, reply) = EncodedTurns.CutLengths(lengths[0], lengths[1], lengths[2]);
            mismatches.Check("infer_seqlen", $"{lengths[3]}, {lengths[4]}", $"{given}, {reply}");
        }
    }

    private static void CheckRow(string what, JsonElement row, SupervisedExample? encoded, Mismatches mismatches)
    {
        mismatches.Check($"{what}: dropped", row.TryGetProperty("dropped", out _).ToString(), (encoded is null).ToString());
        if (encoded is null || !row.TryGetProperty("input_ids", out var expected)) return;

        mismatches.Check($"{what}.input_ids", expected, encoded.InputIds);
        int[] labels = [.. expected.Integers()];
        foreach (var run in row.GetProperty("masked").EnumerateArray()) Array.Fill(labels, SupervisedExample.IgnoredLabel, run[0].GetInt32(), run[1].GetInt32());
        foreach (var own in row.Section("label_overrides")) labels[own[0].GetInt32()] = own[1].GetInt32();
        mismatches.Check($"{what}.labels", string.Join(' ', labels), string.Join(' ', encoded.Labels));
    }

    private static SupervisedExample? Encoded(SupervisedEncoder encoder, string format, JsonElement example)
    {
        try
        {
            return RowFormats.Get(format).Read(example, new List<string>()) is { } row ? encoder.Encode(row) : null;
        }
        catch (TemplateException)
        {
            return null;
        }
    }

    // The case knows slots; how tools are written comes with the library.
    private static TurnTemplate WithTools(JsonElement slots)
    {
        var template = TurnTemplate.Read(slots);
        return TurnTemplateCatalog.Names.Contains(template.Name) && TurnTemplateCatalog.Get(template.Name) is { ToolPrompt: not null } known
            ? template with { ToolPrompt = known.ToolPrompt, ToolCalls = known.ToolCalls }
            : template;
    }

    private static SupervisedEncoding Encoding(JsonElement args) => new()
    {
        MaxLength = args.TryGetProperty("cutoff_len", out var length) ? length.GetInt32() : 2048,
        Learned = Flag(args, "mask_history") ? LearnedPart.LastAssistant : Flag(args, "train_on_prompt") ? LearnedPart.All : LearnedPart.Completion,
    };

    private static bool Flag(JsonElement args, string name) => args.TryGetProperty(name, out var flag) && flag.GetBoolean();
}
