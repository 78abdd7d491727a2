using Platform.Hosting.Tests.Probe;
using Platform.ServiceTesting;
using Platform.Testing.Servers;

namespace Platform.Hosting.Tests;

public sealed class DeliveryWithMemoryAndSqlite : DeliveryContract
{
    protected override Task<Dictionary<string, string?>> ConfigurationAsync() => Task.FromResult(new Dictionary<string, string?>());
}

[Trait("needs", "broker")]
public sealed class DeliveryWithRabbitMqAndPostgres(RabbitMqServer broker, PostgresServer database) : DeliveryContract, IClassFixture<RabbitMqServer>, IClassFixture<PostgresServer>
{
    protected override async Task<Dictionary<string, string?>> ConfigurationAsync() => new() { ["BUS"] = broker.Address, ["DATABASE"] = await database.CreateDatabaseAsync() };

    [Fact]
    public async Task NothingIsLostOrDoubledWhileTheBrokerRestarts()
    {
        const int events = 60;
        await Host.TellAsync(Run, 1);
        await HeardAsync(1);
        var telling = Task.Run(async () =>
        {
            for (var step = 2; step <= events; step++) await Host.TellAsync(Run, step);
        });
        await broker.KillAsync();
        await telling; // commits go on without the broker
        Assert.Equal(System.Net.HttpStatusCode.OK, (await Host.Http.GetAsync("/healthz/ready")).StatusCode);
        Assert.True(await Host.WaitingAsync() > 0);
        await broker.StartAsync();
        await HeardAsync(events);
        Assert.Equal(0, await Eventually.Async(Host.WaitingAsync, waiting => waiting == 0));
        Assert.Equal(Enumerable.Range(1, events).Select(step => ProbeHost.Event(Run, step).Key).Order(), (await Host.HeardAsync(Run)).Order());
    }

    [Fact]
    public async Task TwoProcessesOnOneDatabaseTellEverythingOnce()
    {
        using var folder = new TestFolder();
        await using var second = await ProbeHost.StartAsync(folder.Path, Configuration);
        await Task.WhenAll(Enumerable.Range(1, 20).Select(step => (step % 2 == 0 ? Host : second).TellAsync(Run, step)));
        await HeardAsync(20);
        Assert.Equal(20, (await Host.HeardAsync(Run)).Count);
    }
}
