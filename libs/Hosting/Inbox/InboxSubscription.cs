using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Contracts;
using Platform.Hosting.Bus;
using Platform.Hosting.Database;

namespace Platform.Hosting.Inbox;

/// <summary>Handles one kind of event for one service, each event once. Its name in the inbox is the queue's.</summary>
internal sealed class InboxSubscription<TEvent, TContext, THandler>(string queue) : EventSubscription
    where TEvent : class, IRunEvent where TContext : PlatformDbContext where THandler : class, IEventHandler<TEvent, TContext>
{
    public override string Queue => queue;

    public override void Configure(IReceiveEndpointConfigurator endpoint, IServiceProvider services) =>
        endpoint.Handler<TEvent>(context => HandleAsync(context.Message, services, context.CancellationToken));

    internal async Task HandleAsync(TEvent happened, IServiceProvider services, CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        var handler = ActivatorUtilities.GetServiceOrCreateInstance<THandler>(scope.ServiceProvider);
        var now = services.GetRequiredService<TimeProvider>().Now();
        await services.GetRequiredService<Transactions<TContext>>().RunAsync(
            async database =>
            {
                if (await database.Inbox.AnyAsync(row => row.Consumer == queue && row.Key == happened.Key, cancellation)) return;
                database.Inbox.Add(new InboxRow { Consumer = queue, Key = happened.Key, HandledAt = now });
                await handler.HandleAsync(happened, database, cancellation);
            },
            cancellation);
    }
}

/// <summary>Registers event handlers.</summary>
public static class EventHandlers
{
    /// <summary>Handles every <typeparamref name="TEvent"/> once, from a queue of the service's own.</summary>
    public static IHostApplicationBuilder AddEventHandler<TEvent, TContext, THandler>(this IHostApplicationBuilder builder, string service)
        where TEvent : class, IRunEvent where TContext : PlatformDbContext where THandler : class, IEventHandler<TEvent, TContext>
    {
        builder.Services.AddSingleton<EventSubscription>(new InboxSubscription<TEvent, TContext, THandler>($"{service}.{EventTypes.NameOf(typeof(TEvent))}"));
        return builder;
    }
}
