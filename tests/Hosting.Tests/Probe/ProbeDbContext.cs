using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Platform.Contracts.Training.V1;
using Platform.Hosting.Database;
using Platform.Hosting.Inbox;

namespace Platform.Hosting.Tests.Probe;

/// <summary>A service that tells events and writes down those it hears.</summary>
internal sealed class ProbeDbContext(DbContextOptions<ProbeDbContext> options) : PlatformDbContext(options)
{
    public DbSet<HeardRow> Heard => Set<HeardRow>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        base.OnModelCreating(model);
        model.Entity<HeardRow>().ToTable("heard").HasKey(row => row.Sequence);
        model.Entity<HeardRow>().Property(row => row.Sequence).ValueGeneratedOnAdd();
    }
}

internal sealed class HeardRow
{
    public long Sequence { get; private set; }
    public required Guid RunId { get; init; }
    public required string Key { get; init; }
}

[DbContext(typeof(ProbeDbContext)), Migration("20260101000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        migration.CreateEventTables();
        migration.CreateTable(
            "heard",
            columns => new { Sequence = columns.Column<long>().Counted(), RunId = columns.Column<Guid>(), Key = columns.Column<string>() },
            constraints: table => table.PrimaryKey("PK_heard", row => row.Sequence));
    }
}

/// <summary>Fails as often as the test wants before it writes the event down.</summary>
internal sealed class WriteDown(Faults faults) : IEventHandler<TrainingProgressed, ProbeDbContext>
{
    public async Task HandleAsync(TrainingProgressed happened, ProbeDbContext database, CancellationToken cancellation)
    {
        database.Heard.Add(new HeardRow { RunId = happened.RunId, Key = happened.Key });
        await database.SaveChangesAsync(cancellation);
        faults.ThrowOn(happened);
    }
}

/// <summary>What shall go wrong.</summary>
internal sealed class Faults
{
    private int _left;

    public Func<TrainingProgressed, bool> Affects { get; set; } = _ => true;

    public int Failures
    {
        set => _left = value;
    }

    public void ThrowOn(TrainingProgressed happened)
    {
        if (Affects(happened) && Interlocked.Decrement(ref _left) >= 0) throw new InvalidOperationException("The test wants this to fail.");
    }
}
