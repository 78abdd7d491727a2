using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Hosting.Bus;
using Platform.Hosting.Database;

namespace Platform.Hosting.Outbox;

/// <summary>
/// Sends what the outbox holds, in order, and marks it when the broker has confirmed it. A crash in between sends it again: at least once,
/// with the same message id. Of several processes on one PostgreSQL database one sends at a time.
/// </summary>
internal sealed partial class OutboxDispatcher<TContext>(
    IDbContextFactory<TContext> contexts, IEventPublisher publisher, OutboxSignal<TContext> signal, DatabaseAddress address, TimeProvider time, ILogger<OutboxDispatcher<TContext>> logger)
    : BackgroundService where TContext : PlatformDbContext
{
    private const int BatchSize = 100;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1); // finds what another process committed
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private readonly HashSet<long> _unreadable = []; // named once each
    private DateTimeOffset _nextCleaning = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var failures = 0;
        await TryAsync(() => RepeatWhatMemoryForgotAsync(stopping));
        while (!stopping.IsCancellationRequested)
        {
            failures = await TryAsync(() => DispatchAsync(stopping)) ? 0 : failures + 1;
            try
            {
                if (failures == 0) await signal.WaitAsync(Poll, time, stopping);
                else await Task.Delay(Backoff(failures), time, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Sends everything that waits. An event that cannot be read holds back the later ones of its run only.</summary>
    private async Task DispatchAsync(CancellationToken stopping)
    {
        await using var context = await contexts.CreateDbContextAsync(stopping);
        await using var turn = await OutboxTurn.TryTakeAsync(context, address, stopping);
        if (turn is null) return;
        HashSet<Guid> held = [];
        var after = 0L;
        while (true)
        {
            var rows = await context.Outbox.AsNoTracking().Where(row => row.PublishedAt == null && row.Sequence > after).OrderBy(row => row.Sequence).Take(BatchSize).ToListAsync(stopping);
            if (rows.Count == 0) break;
            foreach (var row in rows.Where(row => !held.Contains(row.RunId)))
            {
                if (await SendAsync(row, stopping)) await MarkAsync(context, row, stopping);
                else held.Add(row.RunId);
            }
            after = rows[^1].Sequence;
        }
        await CleanAsync(context, stopping);
    }

    private async Task<bool> SendAsync(OutboxRow row, CancellationToken stopping)
    {
        if (EventTypes.Read(row.Urn, row.Body) is not { } happened)
        {
            if (_unreadable.Add(row.Sequence)) Unreadable(logger, row.Urn, row.Sequence);
            return false;
        }
        await publisher.PublishAsync(happened, row.Id, stopping);
        return true;
    }

    private async Task MarkAsync(TContext context, OutboxRow row, CancellationToken stopping)
    {
        var now = time.Now();
        await context.Outbox.Where(sent => sent.Sequence == row.Sequence).ExecuteUpdateAsync(set => set.SetProperty(sent => sent.PublishedAt, now).SetProperty(sent => sent.Attempts, sent => sent.Attempts + 1), stopping);
    }

    /// <summary>The in-memory bus loses with the process what it had not delivered; sent again, the inbox drops what had been.</summary>
    private async Task RepeatWhatMemoryForgotAsync(CancellationToken stopping)
    {
        if (!publisher.ForgetsOnExit) return;
        await using var context = await contexts.CreateDbContextAsync(stopping);
        var last = await context.Outbox.MaxAsync(row => (long?)row.Sequence, stopping) ?? 0;
        await context.Outbox.Where(row => row.Sequence > last - BatchSize).ExecuteUpdateAsync(set => set.SetProperty(row => row.PublishedAt, (DateTimeOffset?)null), stopping);
    }

    private async Task CleanAsync(TContext context, CancellationToken stopping)
    {
        var now = time.Now();
        if (now < _nextCleaning) return;
        _nextCleaning = now.AddHours(1);
        var oldest = now - Kept;
        await context.Outbox.Where(row => row.PublishedAt < oldest).ExecuteDeleteAsync(stopping);
    }

    private async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException) // whatever broke, the rows are still there
        {
            if (exception is not OperationCanceledException) Failed(logger, typeof(TContext).Name, exception.GetBaseException().Message);
            return false;
        }
    }

    private static TimeSpan Backoff(int failures)
    {
        var pause = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(failures, 10)));
        return pause < LongestBackoff ? pause : LongestBackoff;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox of {Context} could not be sent and is tried again: {Reason}")]
    private static partial void Failed(ILogger logger, string context, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Outbox row {Sequence} holds a {Urn} that this version cannot read; later events of its run wait")]
    private static partial void Unreadable(ILogger logger, string urn, long sequence);
}
