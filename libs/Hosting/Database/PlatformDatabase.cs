using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Platform.Hosting.Health;
using Platform.Hosting.Options;
using Platform.Hosting.Outbox;

namespace Platform.Hosting.Database;

/// <summary>Gives a service its database, migrated before anything else starts, and its outbox's dispatcher.</summary>
public static class PlatformDatabase
{
    /// <param name="service">Names the PostgreSQL schema or the SQLite file.</param>
    public static IHostApplicationBuilder AddPlatformDatabase<TContext>(this IHostApplicationBuilder builder, string service) where TContext : PlatformDbContext
    {
        var services = builder.Services;
        services.Require((options, _) => DatabaseAddress.Problem(options.Database));
        services.AddSingleton<OutboxSignal<TContext>>();
        services.AddDbContextFactory<TContext>((provider, context) => Configure(context, DatabaseAddress.Of(provider.Value().Database!, service))
            .AddInterceptors(new OutboxWakeUp(provider.GetRequiredService<OutboxSignal<TContext>>())));
        services.AddSingleton<Transactions<TContext>>();
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<DatabaseMigration<TContext>>(provider, DatabaseAddress.Of(provider.Value().Database!, service)));
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<OutboxDispatcher<TContext>>(provider, DatabaseAddress.Of(provider.Value().Database!, service)));
        services.AddHealthChecks().AddCheck<Answers<TContext>>($"database {service}", tags: [PlatformHealth.Ready]);
        return builder;
    }

    /// <summary>Chooses the provider. The migrations name no column types, so that one set serves both.</summary>
    internal static DbContextOptionsBuilder Configure(DbContextOptionsBuilder context, DatabaseAddress address)
    {
        const string history = "migrations";
        // There is no model snapshot to compare with; a test compares the migrated schema with the model instead.
        context.ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
        return address.IsPostgres
            ? context.UseNpgsql(address.ConnectionString, npgsql => npgsql.MigrationsHistoryTable(history, address.Schema))
            : context.UseSqlite(address.ConnectionString, sqlite => sqlite.MigrationsHistoryTable(history));
    }

    private sealed class Answers<TContext>(IDbContextFactory<TContext> contexts) : IHealthCheck where TContext : PlatformDbContext
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellation)
        {
            await using var database = await contexts.CreateDbContextAsync(cancellation);
            return await database.Database.CanConnectAsync(cancellation) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }
}
