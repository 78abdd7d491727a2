using System.Text.Json;
using Platform.Data.Collation;
using Platform.FineTuning.Preference;
using Platform.Parity.Metrics;

namespace Platform.Parity.Collation;

/// <summary>Collators against those of transformers and TRL. What a feature carries beside tokens stays with the caller.</summary>
internal static class CollatorCase
{
    public static void Check(JsonElement golden, Mismatches mismatches)
    {
        foreach (var (i, call) in golden.GetProperty("calls").EnumerateArray().Index())
        {
            var what = $"[{i}] {call.GetProperty("what").GetString()}";
            if (call.TryGetProperty("error", out _)) CheckRefused(what, call, mismatches);
            else mismatches.Try(what, () => CheckBatch(what, call, mismatches));
        }
    }

    private static void CheckBatch(string what, JsonElement call, Mismatches mismatches)
    {
        var (args, features, expected) = (call.GetProperty("args"), call.GetProperty("features"), call.GetProperty("batch"));
        var padding = Padding(call);
        switch (call.GetProperty("what").GetString())
        {
            case "default_data_collator":
                CheckStacked(what, features, expected, mismatches);
                break;
            case var name when name!.StartsWith("DataCollatorForSeq2Seq", StringComparison.Ordinal):
                CheckSeq2Seq(what, call, padding, mismatches);
                break;
            case "trl DPO DataCollatorForPreference":
                var keepEnd = args.TryGetProperty("truncation_mode", out var mode) && mode.GetString() == "keep_end";
                int? maxLength = args.TryGetProperty("max_length", out var longest) ? longest.GetInt32() : null;
                var rows = PreferenceRow.Concatenated(features.Of(Preference), maxLength, keepEnd);
                mismatches.CheckBatch(what, expected, new PaddingCollator(padding with { Length = 0 }).Collate(rows));
                break;
            case "DataCollatorWithFlattening":
                CheckFlattened(what, call, mismatches);
                break;
            case "DataCollatorForLanguageModeling mlm=False":
                mismatches.CheckBatch(what, expected, new LanguageModelingCollator(padding).Collate(features.Of(InputIds)));
                break;
            case "DataCollatorWithPadding" or "DataCollatorForTokenClassification" or "trl SFT DataCollatorForLanguageModeling":
                var isPaddingFree = args.TryGetProperty("padding_free", out var free) && free.GetBoolean();
                var batch = isPaddingFree ? new FlatteningCollator { Padding = padding }.Collate(features.Of(Supervised)) : new PaddingCollator(padding).Collate(features.Of(Supervised));
                mismatches.CheckBatch(what, expected, batch);
                break;
            case var other:
                throw new UnsupportedCaseException($"the library has no collator {other}");
        }
    }

    // The reference pads the inputs and stacks what else there is, labels of unequal length among it.
    private static void CheckRefused(string what, JsonElement call, Mismatches mismatches)
    {
        var refused = "no";
        try
        {
            StackingCollator.Collate(call.GetProperty("features").Of(feature => feature.GetProperty("labels").Integers().ToArray()));
        }
        catch (ArgumentException)
        {
            refused = "yes";
        }

        mismatches.Check($"{what}: refused", "yes", refused);
    }

    private static void CheckStacked(string what, JsonElement features, JsonElement expected, Mismatches mismatches)
    {
        foreach (var part in expected.EnumerateObject().Where(part => part.Value[0].ValueKind == JsonValueKind.Array))
        {
            var rows = features.Of(feature => feature.GetProperty(part.Name == "labels" ? "label_ids" : part.Name).Integers().ToArray());
            mismatches.Check($"{what}.{part.Name}", part.Value, StackingCollator.Collate(rows).Chunk(rows[0].Length));
        }
    }

    private static void CheckSeq2Seq(string what, JsonElement call, PaddingOptions padding, Mismatches mismatches)
    {
        var (args, expected) = (call.GetProperty("args"), call.GetProperty("batch"));
        var collator = new Seq2SeqCollator(padding)
        {
            LabelPadding = args.TryGetProperty("label_pad_token_id", out var filler) ? filler.GetInt32() : SupervisedExample.IgnoredLabel,
            DecoderStartTokenId = expected.TryGetProperty("decoder_input_ids", out var inputs) ? inputs[0][0].GetInt32() : null,
        };
        var batch = collator.Collate(call.GetProperty("features").Of(feature => new Seq2SeqExample(InputIds(feature), [.. feature.GetProperty("labels").Integers()])));
        mismatches.Check($"{what}.input_ids", expected.GetProperty("input_ids"), batch.InputIds.Chunk(batch.InputLength));
        mismatches.Check($"{what}.attention_mask", expected.GetProperty("attention_mask"), batch.AttentionMask.Chunk(batch.InputLength));
        mismatches.Check($"{what}.labels", expected.GetProperty("labels"), batch.Labels.Chunk(batch.LabelLength));
        if (batch.DecoderInputIds is not null) mismatches.Check($"{what}.decoder_input_ids", inputs, batch.DecoderInputIds.Chunk(batch.LabelLength));
    }

    private static void CheckFlattened(string what, JsonElement call, Mismatches mismatches)
    {
        var separator = call.GetProperty("args").TryGetProperty("separator_id", out var label) ? label.GetInt32() : SupervisedExample.IgnoredLabel;
        var (batch, expected) = (new FlatteningCollator { SeparatorLabel = separator }.Collate(call.GetProperty("features").Of(Supervised)), call.GetProperty("batch"));
        mismatches.CheckBatch(what, expected, batch);
        if (!expected.TryGetProperty("cu_seq_lens_q", out var starts)) return;
        mismatches.Check($"{what}.cu_seq_lens", starts, batch.SequenceStarts);
        mismatches.Check($"{what}.max_length", expected.GetProperty("max_length_q"), batch.SequenceStarts.Zip(batch.SequenceStarts.Skip(1), (start, end) => end - start).Max());
    }

    private static PaddingOptions Padding(JsonElement call)
    {
        var args = call.GetProperty("args");
        return new PaddingOptions
        {
            TokenId = call.GetProperty("pad_token_id").GetInt32(),
            Left = call.GetProperty("padding_side").GetString() == "left",
            MultipleOf = args.TryGetProperty("pad_to_multiple_of", out var multiple) ? multiple.GetInt32() : 1,
            Length = args.TryGetProperty("padding", out var kind) && kind.GetString() == "max_length" ? args.GetProperty("max_length").GetInt32() : 0,
        };
    }

    // Without labels all tokens are learned.
    private static SupervisedExample Supervised(JsonElement feature)
    {
        var ids = InputIds(feature);
        return new(
            ids,
            feature.TryGetProperty("labels", out var labels) ? [.. labels.Integers()] : ids,
            feature.TryGetProperty("seq_lengths", out var lengths) ? [.. lengths.Integers()] : null);
    }

    private static PreferenceRow Preference(JsonElement feature) =>
        new(feature.GetProperty("prompt_ids").Integers(), feature.GetProperty("chosen_ids").Integers(), feature.GetProperty("rejected_ids").Integers());

    private static int[] InputIds(JsonElement feature) => [.. feature.GetProperty("input_ids").Integers()];
}
