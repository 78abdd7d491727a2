using System.Data.Common;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Platform.Hosting.Options;

namespace Platform.Hosting.Bus;

/// <summary>One bus per process: RabbitMQ, or memory when everything is in one process.</summary>
internal static class PlatformBus
{
    public static void AddPlatformBus(this IHostApplicationBuilder builder)
    {
        var address = new BusAddress(builder.Configuration["BUS"]);
        builder.Services.Require((_, _) => address.Problem);
        builder.Services.AddSingleton(address);
        builder.Services.AddSingleton<IEventPublisher, EventPublisher>();
        builder.Services.AddHostedService<BusShutdown>();
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            // A service whose broker is away works on: its events wait in the outbox.
            bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded);
            if (address.IsMemory || address.Problem is not null) bus.UsingInMemory(ConfigureMemory);
            else bus.UsingRabbitMq((context, rabbit) => ConfigureRabbit(context, rabbit, address.Broker));
        });
    }

    private static void ConfigureMemory(IBusRegistrationContext context, IInMemoryBusFactoryConfigurator memory)
    {
        foreach (var subscription in context.GetServices<EventSubscription>())
        {
            if (subscription.Queue is { } queue) memory.ReceiveEndpoint(queue, endpoint => Configure(endpoint, subscription, context));
            else memory.ReceiveEndpoint(new TemporaryEndpointDefinition(), configureEndpoint: endpoint => Configure(endpoint, subscription, context));
        }
    }

    private static void ConfigureRabbit(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, Uri broker)
    {
        rabbit.Host(broker, host => host.PublisherConfirmation = true);
        foreach (var subscription in context.GetServices<EventSubscription>())
        {
            if (subscription.Queue is { } queue)
            {
                rabbit.ReceiveEndpoint(queue, endpoint =>
                {
                    endpoint.SetQuorumQueue();
                    Configure(endpoint, subscription, context);
                });
            }
            else
            {
                rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(), configureEndpoint: endpoint => Configure(endpoint, subscription, context));
            }
        }
    }

    private static void Configure(IReceiveEndpointConfigurator endpoint, EventSubscription subscription, IServiceProvider services)
    {
        // What fails five times is the event's fault and goes to the error queue; a database that is away is nobody's, and is waited for.
        endpoint.UseMessageRetry(retry => retry.Exponential(5, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200)));
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<DbException>();
            retry.Exponential(int.MaxValue, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(200));
        });
        subscription.Configure(endpoint, services);
    }
}
