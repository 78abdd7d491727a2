using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Platform.Hosting.Database;

/// <summary>Brings the schema up to date before any other part of the process starts. Of several processes one does it and the others wait.</summary>
internal sealed class DatabaseMigration<TContext>(IDbContextFactory<TContext> contexts, DatabaseAddress address) : IHostedLifecycleService where TContext : PlatformDbContext
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60); // the database server may start beside this process

    public Task StartingAsync(CancellationToken cancellation) => address.IsPostgres ? MigratePostgresAsync(cancellation) : MigrateSqliteAsync(cancellation);

    private async Task MigratePostgresAsync(CancellationToken cancellation)
    {
        await using var connection = await ConnectAsync(cancellation);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock(hashtext('platform migrations {address.Schema}'))", cancellation); // ends with the session
        await ExecuteAsync(connection, $"CREATE SCHEMA IF NOT EXISTS \"{address.Schema}\"", cancellation);
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        await context.Database.MigrateAsync(cancellation);
    }

    private async Task MigrateSqliteAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(address.File)!);
        using var mine = await LockAsync($"{address.File}.migrating", cancellation);
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        // Entity Framework's own lock is a row that a killed process leaves behind; the lock above is the kernel's.
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL; DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        await context.Database.MigrateAsync(cancellation);
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartLimit);
        while (true)
        {
            var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(address.ConnectionString) { Pooling = false }.ToString());
            try
            {
                await connection.OpenAsync(limit.Token);
                return connection;
            }
            catch (NpgsqlException exception) when (exception.IsTransient && !limit.IsCancellationRequested)
            {
                await connection.DisposeAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(500), limit.Token);
            }
        }
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
            }
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = (int)StartLimit.TotalSeconds };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public Task StartAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellation) => Task.CompletedTask;
}
