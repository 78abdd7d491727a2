using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Hosting.Runs;

/// <summary>One stage of one run for one spec, as a stage's service records it. Proto messages are kept as their JSON.</summary>
public sealed class StageRunRow
{
    /// <summary>Counts runs in the order they were started.</summary>
    public long Sequence { get; private set; }

    public required Guid RunId { get; init; }
    public required string SpecDigest { get; init; }

    /// <summary><c>namespace/name</c> of the FineTuneJob.</summary>
    public required string Job { get; init; }

    /// <summary><c>running</c>, <c>succeeded</c> or <c>failed</c>.</summary>
    public string State { get; set; } = RunStates.Running;

    /// <summary>The last report that moved the run on.</summary>
    public string? Progress { get; set; }

    /// <summary>When an event last told of progress.</summary>
    public DateTimeOffset? ProgressToldAt { get; set; }

    public string? Result { get; set; }
    public required DateTimeOffset StartTime { get; init; }
    public DateTimeOffset? EndTime { get; set; }

    internal static void Map(EntityTypeBuilder<StageRunRow> table)
    {
        table.ToTable("runs").HasKey(row => row.Sequence);
        table.Property(row => row.Sequence).ValueGeneratedOnAdd();
        table.HasIndex(row => new { row.RunId, row.SpecDigest }).IsUnique();
    }
}

/// <summary>The states of a stage's run on the wire.</summary>
public static class RunStates
{
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
}
