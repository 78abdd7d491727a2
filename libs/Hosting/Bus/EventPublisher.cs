using MassTransit;
using Platform.Contracts;

namespace Platform.Hosting.Bus;

internal sealed class EventPublisher(IBusControl bus, BusAddress address, TimeProvider time) : IEventPublisher
{
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(10);

    public bool ForgetsOnExit => address.IsMemory;

    public async Task PublishAsync(IRunEvent happened, Guid messageId, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(ConfirmLimit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            // Before this process's own queues exist, the broker would confirm a message and give it to nobody.
            if (bus.CheckHealth().Status != BusHealthStatus.Healthy) await bus.WaitForHealthStatus(BusHealthStatus.Healthy, limit.Token);
            await bus.Publish(happened, happened.GetType(), context =>
            {
                context.MessageId = messageId;
                context.CorrelationId = happened.RunId;
            }, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The broker did not confirm a message within {ConfirmLimit.TotalSeconds} s.");
        }
    }
}
