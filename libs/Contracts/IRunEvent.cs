namespace Platform.Contracts;

/// <summary>A fact about a fine-tuning run. <see cref="Key"/> is the same however often the fact is told.</summary>
public interface IRunEvent
{
    /// <summary>The FineTuneJob's UID.</summary>
    Guid RunId { get; }

    /// <summary>Identity of the fact, for deduplication: equal for redelivered and re-published copies.</summary>
    string Key { get; }

    DateTimeOffset OccurredAt { get; }
}
