using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Database;

namespace Platform.Datasets.Api;

internal sealed class DatasetsDbContext(DbContextOptions<DatasetsDbContext> options) : PlatformDbContext(options)
{
    public DbSet<DatasetRow> Datasets => Set<DatasetRow>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        base.OnModelCreating(model);
        var table = model.Entity<DatasetRow>().ToTable("datasets");
        table.HasKey(row => row.Sequence);
        table.Property(row => row.Sequence).ValueGeneratedOnAdd();
        table.HasIndex(row => row.Digest).IsUnique();
    }
}

/// <summary>A pinned dataset; <see cref="Document"/> is the proto's JSON.</summary>
internal sealed class DatasetRow
{
    public long Sequence { get; private set; }
    public required string Digest { get; init; }
    public required string Document { get; init; }
    public required DateTimeOffset CreateTime { get; init; }
}
