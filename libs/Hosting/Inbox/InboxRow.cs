using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Platform.Hosting.Inbox;

/// <summary>An event that a consumer has handled.</summary>
internal sealed class InboxRow
{
    public required string Consumer { get; init; }
    public required string Key { get; init; }
    public required DateTimeOffset HandledAt { get; init; }

    public static void Map(EntityTypeBuilder<InboxRow> table) => table.ToTable("inbox").HasKey(row => new { row.Consumer, row.Key });
}
