using Platform.Contracts;
using Platform.Hosting.Database;

namespace Platform.Hosting.Inbox;

/// <summary>What a service does about an event. Its changes and the note that the event was handled commit together, so every event takes effect once.</summary>
public interface IEventHandler<in TEvent, in TContext> where TEvent : class, IRunEvent where TContext : PlatformDbContext
{
    /// <summary>Changes <paramref name="database"/> and nothing else: it may run again when transactions meet.</summary>
    Task HandleAsync(TEvent happened, TContext database, CancellationToken cancellation);
}
