using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Migrations.Operations.Builders;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Platform.Hosting.Database;

/// <summary>The part of a service's first migration that every service has: the outbox and the inbox.</summary>
public static class EventTables
{
    public static void CreateEventTables(this MigrationBuilder migration)
    {
        migration.CreateTable(
            "outbox",
            columns => new
            {
                Sequence = columns.Column<long>().Counted(),
                Id = columns.Column<Guid>(),
                Urn = columns.Column<string>(),
                Key = columns.Column<string>(),
                RunId = columns.Column<Guid>(),
                Body = columns.Column<string>(),
                CreatedAt = columns.Column<DateTime>(),
                PublishedAt = columns.Column<DateTime>(nullable: true),
                Attempts = columns.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_outbox", row => row.Sequence));
        migration.CreateIndex("IX_outbox_Urn_Key", "outbox", ["Urn", "Key"], unique: true);
        migration.CreateIndex("IX_outbox_PublishedAt", "outbox", "PublishedAt");
        migration.CreateTable(
            "inbox",
            columns => new
            {
                Consumer = columns.Column<string>(),
                Key = columns.Column<string>(),
                HandledAt = columns.Column<DateTime>(),
            },
            constraints: table => table.PrimaryKey("PK_inbox", row => new { row.Consumer, row.Key }));
    }

    /// <summary>A key that the database counts up, on either database.</summary>
    public static OperationBuilder<AddColumnOperation> Counted(
        this OperationBuilder<AddColumnOperation> column) => column
        .Annotation("Sqlite:Autoincrement", true)
        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn);
}
