using System.Text.Json;
using Platform.Data.Collation;
using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;
using Platform.Parity.Metrics;

namespace Platform.Parity.Collation;

/// <summary>Examples as labelled, packed and collated rows against TRL's SFT trainer.</summary>
internal static class SupervisedCase
{
    private const int DefaultMaxLength = 1024;

    public static void Check(JsonElement golden, string folder, Mismatches mismatches)
    {
        var (tokenizer, chats) = (Tokenizer.Load(Path.Combine(folder, "tokenizer")), ChatTemplate.Load(Path.Combine(folder, "tokenizer")));
        foreach (var (i, run) in golden.GetProperty("runs").EnumerateArray().Index())
        {
            var args = new Arguments(run.GetProperty("args"));
            var packing = args.Packing;
            var rows = run.GetProperty("examples").Of(Row);
            var encoder = new SupervisedEncoder(tokenizer, args.Encoding(rows[0], packing), chats);
            var prepared = PackedRows.Of(SupervisedRows.Of(rows, encoder).Rows, packing, args.MaxLength);
            CheckRows($"[{i}].rows", run.GetProperty("rows"), prepared, mismatches);

            var padding = new PaddingOptions { TokenId = tokenizer.PadTokenId!.Value, MultipleOf = args.Integer("pad_to_multiple_of", 1) };
            var batch = args.IsPaddingFree
                ? new FlatteningCollator { Padding = padding }.Collate(prepared)
                : new PaddingCollator(padding).Collate([.. prepared.Select(WithoutSequences)]);
            mismatches.CheckBatch($"[{i}].batch_of_all", run.GetProperty("batch_of_all"), batch);
        }
    }

    // Where TRL pads, rows that it wrapped are one sequence.
    private static SupervisedExample WithoutSequences(SupervisedExample row) => new(row.InputIds, row.Labels);

    private static void CheckRows(string what, JsonElement expected, IReadOnlyList<SupervisedExample> rows, Mismatches mismatches)
    {
        mismatches.Check($"{what}: count", expected.GetArrayLength().ToString(), rows.Count.ToString());
        foreach (var (i, row) in rows.Index().Take(expected.GetArrayLength()))
        {
            mismatches.Check($"{what}[{i}].input_ids", expected[i].GetProperty("input_ids"), row.InputIds);
            mismatches.Check($"{what}[{i}].labels", expected[i].GetProperty("labels"), row.Labels);
            if (expected[i].TryGetProperty("seq_lengths", out var lengths)) mismatches.Check($"{what}[{i}].seq_lengths", lengths, row.SequenceLengths);
        }
    }

    private static IRow Row(JsonElement example)
    {
        if (example.TryGetProperty("text", out var text)) return new TextRow(text.GetString()!);
        if (example.TryGetProperty("messages", out var messages)) return new ChatRow(Messages(messages));
        if (example.TryGetProperty("conversations", out var turns)) return new ChatRow(Messages(turns, "from", "value"));
        var (prompt, completion) = (example.GetProperty("prompt"), example.GetProperty("completion"));
        return prompt.ValueKind == JsonValueKind.String
            ? new PromptCompletionRow(prompt.GetString()!, completion.GetString()!)
            : new ConversationCompletionRow(Messages(prompt), Messages(completion));
    }

    private static List<ChatMessage> Messages(JsonElement list, string role = "role", string content = "content") =>
        list.Of(message => new ChatMessage(message.GetProperty(role).GetString()!, message.GetProperty(content).GetString()!));

    /// <summary>SFTConfig's.</summary>
    private sealed class Arguments(JsonElement args)
    {
        public int MaxLength => Integer("max_length", DefaultMaxLength);

        public bool IsPaddingFree => Flag("padding_free") ?? Packing is BestFitPacking;

        public IPacking? Packing => Flag("packing") != true ? null : Text("packing_strategy") switch
        {
            null or "bfd" => new BestFitPacking(),
            "bfd_split" => new BestFitPacking { Splits = true },
            "wrapped" => new WrappedPacking(),
            var other => throw new UnsupportedCaseException($"the library has no packing {other}"),
        };

        public SupervisedEncoding Encoding(IRow row, IPacking? packing) => new()
        {
            MaxLength = packing is { TakesAnyLength: true } ? int.MaxValue : MaxLength,
            KeepEnd = Text("truncation_mode") == "keep_end",
            Learned = Flag("assistant_only_loss") == true ? LearnedPart.Assistant
                : row is ChatRow || Flag("completion_only_loss") == false ? LearnedPart.All
                : LearnedPart.Completion,
        };

        public int Integer(string name, int otherwise) => args.TryGetProperty(name, out var value) ? value.GetInt32() : otherwise;

        private bool? Flag(string name) => args.TryGetProperty(name, out var value) ? value.GetBoolean() : null;

        private string? Text(string name) => args.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
