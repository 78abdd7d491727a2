using MassTransit;

namespace Platform.Hosting.Bus;

/// <summary>Something in this process that receives events. Collected while services register, given endpoints when the bus starts.</summary>
internal abstract class EventSubscription
{
    /// <summary>The durable queue, or null for one that lives as long as this process.</summary>
    public abstract string? Queue { get; }

    public abstract void Configure(IReceiveEndpointConfigurator endpoint, IServiceProvider services);
}
