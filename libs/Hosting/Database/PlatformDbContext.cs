using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Platform.Contracts;
using Platform.Hosting.Bus;
using Platform.Hosting.Inbox;
using Platform.Hosting.Outbox;

namespace Platform.Hosting.Database;

/// <summary>
/// A service's tables, with the outbox its events leave through and the inbox that remembers what it has handled. Times are UTC and
/// stored as such by SQLite and PostgreSQL alike.
/// </summary>
public abstract class PlatformDbContext(DbContextOptions options) : DbContext(options)
{
    internal DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    internal DbSet<InboxRow> Inbox => Set<InboxRow>();

    /// <summary>
    /// Tells the event once the surrounding transaction commits, and never if it does not. A fact with the same Key is told once however
    /// often this is called.
    /// </summary>
    public async Task TellAsync<TEvent>(TEvent happened, CancellationToken cancellation) where TEvent : class, IRunEvent
    {
        var urn = EventTypes.UrnOf(typeof(TEvent));
        if (Outbox.Local.Any(row => row.Urn == urn && row.Key == happened.Key)) return;
        if (await Outbox.AnyAsync(row => row.Urn == urn && row.Key == happened.Key, cancellation)) return;
        Outbox.Add(new OutboxRow
        {
            Id = NewId.NextSequentialGuid(),
            Urn = urn,
            Key = happened.Key,
            RunId = happened.RunId,
            Body = JsonSerializer.Serialize(happened, EventTypes.Json),
            CreatedAt = happened.OccurredAt,
        });
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        OutboxRow.Map(model.Entity<OutboxRow>());
        InboxRow.Map(model.Entity<InboxRow>());
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder conventions) =>
        conventions.Properties<DateTimeOffset>().HaveConversion<Utc>();

    private sealed class Utc() : ValueConverter<DateTimeOffset, DateTime>(
        time => time.UtcDateTime,
        stored => new DateTimeOffset(DateTime.SpecifyKind(stored, DateTimeKind.Utc)));
}
