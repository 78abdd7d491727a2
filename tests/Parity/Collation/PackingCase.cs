using System.Text.Json;
using Platform.Data.Collation;
using Platform.Parity.Metrics;

namespace Platform.Parity.Collation;

/// <summary>Packing against TRL, transformers' concatenate-and-chunk and LLaMA-Factory.</summary>
internal static class PackingCase
{
    public static void Check(JsonElement golden, Mismatches mismatches)
    {
        foreach (var (i, set) in golden.GetProperty("sets").EnumerateArray().Index())
        {
            var length = set.GetProperty("seq_length").GetInt32();
            var examples = Examples(set);
            CheckPacked($"{i}.bfd", set.GetProperty("bfd"), new BestFitPacking(), examples, length, mismatches);
            CheckPacked($"{i}.bfd_split", set.GetProperty("bfd_split"), new BestFitPacking { Splits = true }, examples, length, mismatches);
            CheckPacked($"{i}.wrapped", set.GetProperty("wrapped"), new WrappedPacking(), examples, length, mismatches);
            mismatches.Check($"{i}.concat_chunk", set.GetProperty("concat_chunk"), PackedRows.Of(examples, new WrappedPacking { DropsRest = true }, length).Select(row => row.InputIds));
            mismatches.Check($"{i}.greedy_knapsack", set.GetProperty("greedy_knapsack"), PackedRows.Of(examples, new KnapsackPacking(), length).Select(row => row.SequenceLengths));
        }
    }

    // Consecutive ids; nothing is learned from the first half of each example.
    private static List<SupervisedExample> Examples(JsonElement set)
    {
        var next = set.GetProperty("first_token").GetInt32();
        List<SupervisedExample> examples = [];
        foreach (var length in set.GetProperty("lengths").Integers())
        {
            int[] ids = [.. Enumerable.Range(next, length)];
            examples.Add(new SupervisedExample(ids, [.. ids.Select((id, i) => i < length / 2 ? SupervisedExample.IgnoredLabel : id)]));
            next += length;
        }

        return examples;
    }

    private static void CheckPacked(string what, JsonElement expected, IPacking packing, List<SupervisedExample> examples, int length, Mismatches mismatches)
    {
        var rows = PackedRows.Of(examples, packing, length);
        mismatches.Check($"{what}.input_ids", expected.GetProperty("input_ids"), rows.Select(row => row.InputIds));
        if (expected.TryGetProperty("seq_lengths", out var lengths)) mismatches.Check($"{what}.seq_lengths", lengths, rows.Select(row => row.SequenceLengths));
        if (expected.TryGetProperty("labels", out var labels)) mismatches.Check($"{what}.labels", labels, rows.Select(row => row.Labels));
    }
}
