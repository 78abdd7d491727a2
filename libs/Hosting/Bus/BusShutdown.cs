using MassTransit;
using Microsoft.Extensions.Hosting;

namespace Platform.Hosting.Bus;

/// <summary>
/// Lets a bus that is still connecting finish before it is stopped: MassTransit would take it for one that never started, and its queues would
/// go on receiving for a process that can no longer handle anything.
/// </summary>
internal sealed class BusShutdown(IBusControl bus) : IHostedLifecycleService
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5); // a broker that is away is not waited for longer

    public async Task StoppingAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ConnectLimit);
        try
        {
            await bus.WaitForHealthStatus(BusHealthStatus.Healthy, limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Without a broker there is nothing to receive.
        }
    }

    public Task StartingAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellation) => Task.CompletedTask;
}
