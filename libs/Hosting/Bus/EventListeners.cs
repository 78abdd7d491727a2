using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Contracts;

namespace Platform.Hosting.Bus;

/// <summary>Hears of events while it runs, possibly twice; what is told while it does not run passes it by.</summary>
public interface IEventListener<in TEvent> where TEvent : class, IRunEvent
{
    Task HearAsync(TEvent happened, CancellationToken cancellation);
}

/// <summary>Registers listeners: for hints that something is worth looking at, not for effects.</summary>
public static class EventListeners
{
    /// <summary>Every process that registers a listener hears every event.</summary>
    public static IHostApplicationBuilder AddEventListener<TEvent, TListener>(this IHostApplicationBuilder builder)
        where TEvent : class, IRunEvent where TListener : class, IEventListener<TEvent>
    {
        builder.Services.AddSingleton<EventSubscription>(new Subscription<TEvent, TListener>());
        return builder;
    }

    private sealed class Subscription<TEvent, TListener> : EventSubscription where TEvent : class, IRunEvent where TListener : class, IEventListener<TEvent>
    {
        public override string? Queue => null;

        public override void Configure(IReceiveEndpointConfigurator endpoint, IServiceProvider services) => endpoint.Handler<TEvent>(
            context => ActivatorUtilities.GetServiceOrCreateInstance<TListener>(services).HearAsync(context.Message, context.CancellationToken));
    }
}
