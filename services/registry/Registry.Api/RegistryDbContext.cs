using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Database;

namespace Platform.Registry.Api;

internal sealed class RegistryDbContext(DbContextOptions<RegistryDbContext> options) : PlatformDbContext(options)
{
    public DbSet<ModelRow> Models => Set<ModelRow>();
    public DbSet<VersionRow> Versions => Set<VersionRow>();
    public DbSet<AliasRow> Aliases => Set<AliasRow>();
    public DbSet<AliasMoveRow> AliasMoves => Set<AliasMoveRow>();
    public DbSet<LineageRow> Lineage => Set<LineageRow>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        base.OnModelCreating(model);
        model.Entity<ModelRow>().ToTable("models").HasKey(row => row.Name);
        model.Entity<VersionRow>().ToTable("versions").HasKey(row => new { row.Model, row.Version });
        model.Entity<VersionRow>().HasIndex(row => new { row.Model, row.RunId, row.CheckpointDigest }).IsUnique();
        model.Entity<AliasRow>().ToTable("aliases").HasKey(row => new { row.Model, row.Alias });
        model.Entity<AliasMoveRow>().ToTable("alias_moves").HasKey(row => new { row.Model, row.Alias, row.Number });
        var lineage = model.Entity<LineageRow>().ToTable("lineage");
        lineage.HasKey(row => row.Sequence);
        lineage.Property(row => row.Sequence).ValueGeneratedOnAdd();
        lineage.HasIndex(row => row.RunId);
    }
}
