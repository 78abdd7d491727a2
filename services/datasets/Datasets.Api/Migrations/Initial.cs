using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Platform.Hosting.Database;

namespace Platform.Datasets.Api.Migrations;

[DbContext(typeof(DatasetsDbContext)), Migration("20260101000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migration)
    {
        migration.CreateEventTables();
        migration.CreateTable(
            "datasets",
            columns => new
            {
                Sequence = columns.Column<long>().Counted(),
                Digest = columns.Column<string>(),
                Document = columns.Column<string>(),
                CreateTime = columns.Column<DateTime>(),
            },
            constraints: table => table.PrimaryKey("PK_datasets", row => row.Sequence));
        migration.CreateIndex("IX_datasets_Digest", "datasets", "Digest", unique: true);
    }
}
