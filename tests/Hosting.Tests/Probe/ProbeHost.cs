using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Training.V1;
using Platform.Hosting.Bus;
using Platform.Hosting.Database;
using Platform.Hosting.Inbox;
using Platform.ServiceTesting;

namespace Platform.Hosting.Tests.Probe;

/// <summary>The probe service in a host of its own.</summary>
internal sealed class ProbeHost(ServiceHost host) : IAsyncDisposable
{
    public Faults Faults => host.Services.GetRequiredService<Faults>();

    public Transactions<ProbeDbContext> Transactions => host.Services.GetRequiredService<Transactions<ProbeDbContext>>();

    public IEventPublisher Publisher => host.Services.GetRequiredService<IEventPublisher>();

    public HttpClient Http => host.Http;

    public static async Task<ProbeHost> StartAsync(string folder, IReadOnlyDictionary<string, string?> configuration) => new(await ServiceHost.StartAsync(
        folder,
        builder =>
        {
            builder.Services.AddSingleton<Faults>();
            builder.AddPlatformDatabase<ProbeDbContext>("probe");
            builder.AddEventHandler<TrainingProgressed, ProbeDbContext, WriteDown>("probe");
        },
        _ => { },
        configuration));

    public static TrainingProgressed Event(Guid run, long step) => new()
    {
        RunId = run,
        Key = $"{run:D}/train/x/1/{step}",
        OccurredAt = TimeProvider.System.Now(),
        SpecDigest = "x",
        Step = step,
        TotalSteps = 100,
    };

    public Task TellAsync(Guid run, long step) => Transactions.RunAsync(database => database.TellAsync(Event(run, step), CancellationToken.None), CancellationToken.None);

    /// <summary>The keys heard of a run, in the order of hearing.</summary>
    public Task<List<string>> HeardAsync(Guid run) =>
        Transactions.ReadAsync(database => database.Heard.Where(row => row.RunId == run).OrderBy(row => row.Sequence).Select(row => row.Key).ToListAsync(), CancellationToken.None);

    public Task<int> WaitingAsync() => Transactions.ReadAsync(database => database.Outbox.CountAsync(row => row.PublishedAt == null), CancellationToken.None);

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
