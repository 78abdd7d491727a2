using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Tests.Probe;
using Platform.ServiceTesting;

namespace Platform.Hosting.Tests;

/// <summary>At-least-once messages, exactly-once effects: on every bus and database.</summary>
public abstract class DeliveryContract : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly Guid _run = Guid.NewGuid();
    private ProbeHost? _host;

    protected abstract Task<Dictionary<string, string?>> ConfigurationAsync();

    private protected Dictionary<string, string?> Configuration { get; private set; } = [];

    private protected ProbeHost Host => _host!;

    private protected Guid Run => _run;

    public async ValueTask InitializeAsync()
    {
        Configuration = await ConfigurationAsync();
        _host = await ProbeHost.StartAsync(_folder.Path, Configuration);
    }

    [Fact]
    public async Task ACommittedEventArrivesOnce()
    {
        await Host.TellAsync(_run, 1);
        await HeardAsync(1);
        Assert.Equal(0, await Eventually.Async(Host.WaitingAsync, waiting => waiting == 0));
    }

    [Fact]
    public async Task AnEventOfAFailedTransactionIsNeverTold()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Host.Transactions.RunAsync(
            async database =>
            {
                await database.TellAsync(ProbeHost.Event(_run, 1), CancellationToken.None);
                await database.SaveChangesAsync();
                throw new InvalidOperationException("after the row was written");
            },
            CancellationToken.None));
        await Host.TellAsync(_run, 2); // would come after the first
        Assert.Equal([ProbeHost.Event(_run, 2).Key], await HeardAsync(1));
    }

    [Fact]
    public async Task TellingTheSameFactAgainTellsNothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Host.TellAsync(_run, 1)));
        Assert.Equal(1, await Host.Transactions.ReadAsync(database => database.Outbox.CountAsync(row => row.RunId == _run), CancellationToken.None));
    }

    [Fact]
    public async Task DuplicatesHaveNoSecondEffect()
    {
        var happened = ProbeHost.Event(_run, 1);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Host.Publisher.PublishAsync(happened, Guid.NewGuid(), CancellationToken.None)));
        await Host.TellAsync(_run, 2);
        await Eventually.Async(() => Host.HeardAsync(_run), heard => heard.Contains(ProbeHost.Event(_run, 2).Key) && heard.Contains(happened.Key));
        Assert.Equal(2, (await Host.HeardAsync(_run)).Count);
    }

    [Fact]
    public async Task AHandlerThatFailsIsRunAgainAndItsHalfWorkIsGone()
    {
        Host.Faults.Failures = 2;
        await Host.TellAsync(_run, 1);
        await HeardAsync(1);
        Assert.Single(await Host.HeardAsync(_run));
    }

    [Fact]
    public async Task AnEventThatAlwaysFailsDoesNotStopTheOthers()
    {
        Host.Faults.Affects = happened => happened.Step == 1;
        Host.Faults.Failures = int.MaxValue;
        for (var step = 1; step <= 4; step++) await Host.TellAsync(_run, step);
        Assert.DoesNotContain(ProbeHost.Event(_run, 1).Key, await HeardAsync(3));
    }

    [Fact]
    public async Task WhatWasCommittedBeforeACrashIsToldAfterIt()
    {
        await StopAsync();
        await CommitWithoutAHostAsync(ProbeHost.Event(_run, 1));
        _host = await ProbeHost.StartAsync(_folder.Path, Configuration);
        await HeardAsync(1);
        Assert.Single(await Host.HeardAsync(_run));
    }

    [Fact]
    public async Task WhatWasSentTwiceAcrossACrashTakesEffectOnce()
    {
        await Host.TellAsync(_run, 1);
        await HeardAsync(1);
        // As if the process had died after the broker's confirmation and before it was noted.
        await Host.Transactions.RunAsync(database => database.Outbox.ExecuteUpdateAsync(set => set.SetProperty(row => row.PublishedAt, (DateTimeOffset?)null)), CancellationToken.None);
        await StopAsync();
        _host = await ProbeHost.StartAsync(_folder.Path, Configuration);
        await Host.TellAsync(_run, 2);
        await Eventually.Async(() => Host.HeardAsync(_run), heard => heard.Contains(ProbeHost.Event(_run, 2).Key));
        Assert.Equal(0, await Eventually.Async(Host.WaitingAsync, waiting => waiting == 0));
        Assert.Equal(2, (await Host.HeardAsync(_run)).Count);
    }

    [Fact]
    public async Task AnEventOfAnUnknownKindHoldsBackOnlyItsOwnRun()
    {
        var other = Guid.NewGuid();
        await Host.Transactions.RunAsync(
            async database =>
            {
                database.Outbox.Add(new Outbox.OutboxRow { Id = Guid.NewGuid(), Urn = "platform:from-the-future:v9", Key = "k", RunId = other, Body = "{}", CreatedAt = TimeProvider.System.GetUtcNow() });
                await database.TellAsync(ProbeHost.Event(other, 1), CancellationToken.None);
            },
            CancellationToken.None);
        await Host.TellAsync(_run, 1);
        await HeardAsync(1);
        Assert.Equal(2, await Eventually.Async(Host.WaitingAsync, waiting => waiting == 2));
        Assert.Empty(await Host.HeardAsync(other));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task StopAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _host = null;
    }

    private protected Task<List<string>> HeardAsync(int count) => Eventually.Async(() => Host.HeardAsync(_run), heard => heard.Count >= count);

    private async Task CommitWithoutAHostAsync(Contracts.Training.V1.TrainingProgressed happened)
    {
        var address = Database.DatabaseAddress.Of(Configuration.GetValueOrDefault("DATABASE") ?? Path.Combine(_folder.Path, "data"), "probe");
        var options = new DbContextOptionsBuilder<ProbeDbContext>();
        Database.PlatformDatabase.Configure(options, address);
        await using var context = new ProbeDbContext(options.Options);
        await context.TellAsync(happened, CancellationToken.None);
        await context.SaveChangesAsync();
    }
}
