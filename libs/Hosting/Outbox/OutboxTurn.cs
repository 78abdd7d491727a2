using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Database;

namespace Platform.Hosting.Outbox;

/// <summary>The right to send one outbox: a PostgreSQL advisory lock, which ends with the session however the process ends. An SQLite file has one process.</summary>
internal sealed class OutboxTurn : IAsyncDisposable
{
    private readonly DbContext _context;
    private readonly string? _name;

    private OutboxTurn(DbContext context, string? name) => (_context, _name) = (context, name);

    /// <summary>Null when another process has it.</summary>
    public static async Task<OutboxTurn?> TryTakeAsync(DbContext context, DatabaseAddress address, CancellationToken cancellation)
    {
        if (!address.IsPostgres) return new OutboxTurn(context, null);
        var name = $"platform outbox {address.Schema}";
        await context.Database.OpenConnectionAsync(cancellation); // the lock belongs to this connection
        var taken = await context.Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock(hashtext({name})) AS \"Value\"").SingleAsync(cancellation);
        if (taken) return new OutboxTurn(context, name);
        await context.Database.CloseConnectionAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_name is null) return;
        if (_context.Database.GetDbConnection().State == System.Data.ConnectionState.Open)
            await _context.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock(hashtext({_name}))");
        await _context.Database.CloseConnectionAsync();
    }
}
