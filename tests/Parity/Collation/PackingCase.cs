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
            CheckGroups($"{i}.bfd", set.GetProperty("bfd"), BestFitPacking.Pack([.. examples.Select(example => example.Truncate(length))], length), mismatches);
            CheckGroups($"{i}.bfd_split", set.GetProperty("bfd_split"), BestFitPacking.Pack([.. examples.SelectMany(example => example.Split(length))], length), mismatches);
            CheckRows($"{i}.wrapped", set.GetProperty("wrapped"), WrappedPacking.Pack(examples, length), mismatches);
            mismatches.Check($"{i}.concat_chunk", set.GetProperty("concat_chunk"), WrappedPacking.Pack(examples, length, dropRest: true).Select(row => row.InputIds));
            mismatches.Check($"{i}.greedy_knapsack", set.GetProperty("greedy_knapsack"), KnapsackPacking.Pack(examples, length).Select(Lengths));
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

    private static void CheckGroups(string what, JsonElement expected, List<List<SupervisedExample>> groups, Mismatches mismatches)
    {
        mismatches.Check($"{what}.seq_lengths", expected.GetProperty("seq_lengths"), groups.Select(Lengths));
        CheckRows(what, expected, groups.ConvertAll(SupervisedExample.Joined), mismatches);
    }

    private static void CheckRows(string what, JsonElement expected, List<SupervisedExample> rows, Mismatches mismatches)
    {
        mismatches.Check($"{what}.input_ids", expected.GetProperty("input_ids"), rows.Select(row => row.InputIds));
        if (expected.TryGetProperty("labels", out var labels)) mismatches.Check($"{what}.labels", labels, rows.Select(row => row.Labels));
    }

    private static IEnumerable<int> Lengths(IEnumerable<SupervisedExample> row) => row.Select(example => example.Length);
}
