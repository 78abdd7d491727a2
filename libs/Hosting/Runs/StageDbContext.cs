using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;

namespace Platform.Hosting.Runs;

/// <summary>The tables of a service that records one stage.</summary>
public abstract class StageDbContext(DbContextOptions options) : PlatformDbContext(options)
{
    public DbSet<StageRunRow> Runs => Set<StageRunRow>();

    /// <summary>The run of that spec, which is recorded now when it is new.</summary>
    /// <returns>The row, and whether it is new.</returns>
    public async Task<(StageRunRow Run, bool IsNew)> StartAsync(Guid runId, string specDigest, string job, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await FindAsync(runId, specDigest, cancellation) is { } existing) return (existing, false);
        var run = new StageRunRow { RunId = runId, SpecDigest = specDigest, Job = job, StartTime = now };
        Runs.Add(run);
        return (run, true);
    }

    /// <exception cref="global::Grpc.Core.RpcException">NOT_FOUND.</exception>
    public async Task<StageRunRow> RequireAsync(Guid runId, string specDigest, CancellationToken cancellation) =>
        await FindAsync(runId, specDigest, cancellation) ?? throw Refusal.NotFound($"Run {runId} was not started with the spec {specDigest}; StartRun comes first.");

    /// <summary>The run's newest spec.</summary>
    /// <exception cref="global::Grpc.Core.RpcException">NOT_FOUND.</exception>
    public async Task<StageRunRow> RequireLatestAsync(Guid runId, CancellationToken cancellation) =>
        await Runs.Where(run => run.RunId == runId).OrderByDescending(run => run.Sequence).FirstOrDefaultAsync(cancellation)
        ?? throw Refusal.NotFound($"There is no run {runId}.");

    protected override void OnModelCreating(ModelBuilder model)
    {
        base.OnModelCreating(model);
        StageRunRow.Map(model.Entity<StageRunRow>());
    }

    private Task<StageRunRow?> FindAsync(Guid runId, string specDigest, CancellationToken cancellation) =>
        Runs.SingleOrDefaultAsync(run => run.RunId == runId && run.SpecDigest == specDigest, cancellation);
}

/// <summary>The first migration of a service that records one stage.</summary>
public static class StageTables
{
    public static void CreateStageTables(this MigrationBuilder migration)
    {
        migration.CreateEventTables();
        migration.CreateTable(
            "runs",
            columns => new
            {
                Sequence = columns.Column<long>().Counted(),
                RunId = columns.Column<Guid>(),
                SpecDigest = columns.Column<string>(),
                Job = columns.Column<string>(),
                State = columns.Column<string>(),
                Progress = columns.Column<string>(nullable: true),
                ProgressToldAt = columns.Column<DateTime>(nullable: true),
                Result = columns.Column<string>(nullable: true),
                StartTime = columns.Column<DateTime>(),
                EndTime = columns.Column<DateTime>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_runs", row => row.Sequence));
        migration.CreateIndex("IX_runs_RunId_SpecDigest", "runs", ["RunId", "SpecDigest"], unique: true);
    }
}
