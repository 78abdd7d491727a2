using Platform.Contracts;

namespace Platform.Hosting.Bus;

/// <summary>Sends events to the broker. Only the outbox does so: an event that is not in a transaction may tell of what never happened.</summary>
internal interface IEventPublisher
{
    /// <summary>Whether what was published and not yet received is lost with this process.</summary>
    bool ForgetsOnExit { get; }

    /// <summary>Returns when the broker has confirmed the message.</summary>
    Task PublishAsync(IRunEvent happened, Guid messageId, CancellationToken cancellation);
}
