using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Platform.Hosting.Runs;

namespace Platform.Quantization.Api.Migrations;

[DbContext(typeof(QuantizationDbContext)), Migration("20260101000000_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migration) => migration.CreateStageTables();
}
