using Microsoft.EntityFrameworkCore;
using Platform.Datasets.Api;
using Platform.Evaluation.Api;
using Platform.Hosting.Database;
using Platform.Hosting.Tests.Probe;
using Platform.Quantization.Api;
using Platform.Registry.Api;
using Platform.ServiceTesting;
using Platform.Testing.Servers;
using Platform.Training.Api;

namespace Platform.Hosting.Tests;

/// <summary>One set of migrations serves both databases: what it makes is what the model would make, column for column and index for index.</summary>
[Trait("needs", "database")]
public sealed class MigrationsMakeTheModelsTables(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const string SqliteSchema = """
        SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk AS "Value" FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT IN ('migrations', '__EFMigrationsLock', 'sqlite_sequence')
        UNION ALL SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
        """;

    private const string PostgresSchema = """
        SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || is_identity AS "Value" FROM information_schema.columns WHERE table_schema = 'check' AND table_name <> 'migrations'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'check' AND tablename <> 'migrations'
        """;

    public static TheoryData<string> Contexts => [.. All.Select(context => context.Name)];

    private static Type[] All { get; } =
    [
        .. new[] { typeof(DatasetsApi), typeof(TrainingApi), typeof(QuantizationApi), typeof(EvaluationApi), typeof(RegistryApi), typeof(ProbeDbContext) }
            .SelectMany(marker => marker.Assembly.GetTypes()).Where(type => type.IsAssignableTo(typeof(PlatformDbContext)) && !type.IsAbstract),
    ];

    [Theory, MemberData(nameof(Contexts))]
    public async Task OnSqlite(string name)
    {
        using var folder = new TestFolder();
        var migrated = await SchemaAsync(name, DatabaseAddress.Of(Directory.CreateDirectory(Path.Combine(folder.Path, "a")).FullName, "check"), context => context.Database.MigrateAsync(), SqliteSchema);
        var created = await SchemaAsync(name, DatabaseAddress.Of(Directory.CreateDirectory(Path.Combine(folder.Path, "b")).FullName, "check"), context => context.Database.EnsureCreatedAsync(), SqliteSchema);
        Assert.NotEmpty(migrated);
        Assert.Equal(created, migrated);
    }

    [Theory, MemberData(nameof(Contexts))]
    public async Task OnPostgres(string name)
    {
        var migrated = await SchemaAsync(name, await PostgresAsync(), context => context.Database.MigrateAsync(), PostgresSchema);
        var created = await SchemaAsync(name, await PostgresAsync(), context => context.Database.EnsureCreatedAsync(), PostgresSchema);
        Assert.NotEmpty(migrated);
        Assert.Equal(created, migrated);
    }

    private async Task<DatabaseAddress> PostgresAsync() => DatabaseAddress.Of(await server.CreateDatabaseAsync(), "check");

    private static async Task<List<string>> SchemaAsync(string name, DatabaseAddress address, Func<DbContext, Task> make, string query)
    {
        var type = All.Single(type => type.Name == name);
        var builder = (DbContextOptionsBuilder)Activator.CreateInstance(typeof(DbContextOptionsBuilder<>).MakeGenericType(type))!;
        PlatformDatabase.Configure(builder, address);
        await using var context = (DbContext)Activator.CreateInstance(type, builder.Options)!;
        if (address.IsPostgres) await context.Database.ExecuteSqlRawAsync("CREATE SCHEMA \"check\"");
        await make(context);
        return [.. (await context.Database.SqlQueryRaw<string>(query).ToListAsync()).Order(StringComparer.Ordinal)];
    }
}
