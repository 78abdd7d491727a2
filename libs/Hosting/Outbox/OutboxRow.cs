using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore;

namespace Platform.Hosting.Outbox;

/// <summary>An event that is told once the transaction that wrote it has committed.</summary>
internal sealed class OutboxRow
{
    /// <summary>The order of telling within a run.</summary>
    public long Sequence { get; private set; }

    /// <summary>The message's id, the same however often it is sent.</summary>
    public required Guid Id { get; init; }

    public required string Urn { get; init; }
    public required string Key { get; init; }
    public required Guid RunId { get; init; }
    public required string Body { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the broker confirmed it.</summary>
    public DateTimeOffset? PublishedAt { get; set; }

    public int Attempts { get; set; }

    public static void Map(EntityTypeBuilder<OutboxRow> table)
    {
        table.ToTable("outbox").HasKey(row => row.Sequence);
        table.Property(row => row.Sequence).ValueGeneratedOnAdd();
        table.HasIndex(row => new { row.Urn, row.Key }).IsUnique();
        table.HasIndex(row => row.PublishedAt);
    }
}
