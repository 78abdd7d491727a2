using System.Data;
using Microsoft.EntityFrameworkCore;

namespace Platform.Hosting.Database;

/// <summary>
/// Runs a use case in one serializable transaction, as if it were alone: when another one got in the way it is run again from the start
/// with a fresh context.
/// </summary>
public sealed class Transactions<TContext>(IDbContextFactory<TContext> contexts) where TContext : PlatformDbContext
{
    private const int MostAttempts = 30;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs <paramref name="work"/>, saves its changes and commits. The work must have no other effects: it may run several times.</summary>
    public async Task<TResult> RunAsync<TResult>(Func<TContext, Task<TResult>> work, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var context = await contexts.CreateDbContextAsync(cancellation);
                await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellation);
                var result = await work(context);
                await context.SaveChangesAsync(cancellation);
                await transaction.CommitAsync(cancellation);
                return result;
            }
            catch (Exception exception) when (attempt < MostAttempts && Conflict.Is(exception))
            {
                await Task.Delay(Random.Shared.NextDouble() * LongestPause * Math.Min(1, attempt / 5.0), cancellation);
            }
        }
    }

    public Task RunAsync(Func<TContext, Task> work, CancellationToken cancellation) => RunAsync(
        async context =>
        {
            await work(context);
            return true;
        },
        cancellation);

    /// <summary>Reads without a transaction of its own.</summary>
    public async Task<TResult> ReadAsync<TResult>(Func<TContext, Task<TResult>> read, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await read(context);
    }
}
