using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Platform.Hosting.Database;

namespace Platform.Registry.Api.Migrations;

[DbContext(typeof(RegistryDbContext)), Migration("20260101000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        migration.CreateEventTables();
        CreateModels(migration);
        CreateAliases(migration);
        CreateLineage(migration);
    }

    private static void CreateModels(MigrationBuilder migration)
    {
        migration.CreateTable(
            "models",
            columns => new { Name = columns.Column<string>(), LatestVersion = columns.Column<int>() },
            constraints: table => table.PrimaryKey("PK_models", row => row.Name));
        migration.CreateTable(
            "versions",
            columns => new
            {
                Model = columns.Column<string>(),
                Version = columns.Column<int>(),
                RunId = columns.Column<Guid>(),
                CheckpointDigest = columns.Column<string>(),
                Document = columns.Column<string>(),
                CreateTime = columns.Column<DateTime>(),
            },
            constraints: table => table.PrimaryKey("PK_versions", row => new { row.Model, row.Version }));
        migration.CreateIndex("IX_versions_Model_RunId_CheckpointDigest", "versions", ["Model", "RunId", "CheckpointDigest"], unique: true);
    }

    private static void CreateAliases(MigrationBuilder migration)
    {
        migration.CreateTable(
            "aliases",
            columns => new
            {
                Model = columns.Column<string>(),
                Alias = columns.Column<string>(),
                Version = columns.Column<int>(),
                Moves = columns.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_aliases", row => new { row.Model, row.Alias }));
        migration.CreateTable(
            "alias_moves",
            columns => new
            {
                Model = columns.Column<string>(),
                Alias = columns.Column<string>(),
                Number = columns.Column<int>(),
                FromVersion = columns.Column<int>(nullable: true),
                ToVersion = columns.Column<int>(),
                Time = columns.Column<DateTime>(),
            },
            constraints: table => table.PrimaryKey("PK_alias_moves", row => new { row.Model, row.Alias, row.Number }));
    }

    private static void CreateLineage(MigrationBuilder migration)
    {
        migration.CreateTable(
            "lineage",
            columns => new
            {
                Sequence = columns.Column<long>().Counted(),
                RunId = columns.Column<Guid>(),
                Stage = columns.Column<string>(),
                Urn = columns.Column<string>(),
                Uri = columns.Column<string>(nullable: true),
                Sha256 = columns.Column<string>(nullable: true),
                SizeBytes = columns.Column<long>(nullable: true),
                Time = columns.Column<DateTime>(),
            },
            constraints: table => table.PrimaryKey("PK_lineage", row => row.Sequence));
        migration.CreateIndex("IX_lineage_RunId", "lineage", "RunId");
    }
}
