using System.Text.Json;
using Platform.Data.Collation;

namespace Platform.Parity.Collation;

/// <summary>Compares the parts of a batch that a case knows.</summary>
internal static class BatchCheck
{
    public static void CheckBatch(this Mismatches mismatches, string what, JsonElement expected, Batch batch)
    {
        foreach (var part in expected.EnumerateObject().Where(part => part.Value.ValueKind == JsonValueKind.Array && part.Value[0].ValueKind == JsonValueKind.Array))
            mismatches.Check($"{what}.{part.Name}", part.Value, Part(batch, part.Name).Chunk(batch.Length));
    }

    private static IEnumerable<long> Part(Batch batch, string name) => name switch
    {
        "input_ids" => batch.InputIds,
        "labels" => batch.Labels,
        "attention_mask" => batch.AttentionMask,
        "position_ids" => batch.PositionIds,
        "seq_idx" => batch.SequenceIds.Select(id => (long)id),
        "completion_mask" => batch.Labels.Select(label => label == SupervisedExample.IgnoredLabel ? 0L : 1),
        _ => throw new UnsupportedCaseException($"batches have no {name}"),
    };
}
