namespace Platform.Hosting.Database;

/// <summary>The time as every database keeps it.</summary>
public static class DatabaseTime
{
    /// <summary>Now, in whole microseconds: PostgreSQL keeps no more, and an answer must be the same before and after it was stored.</summary>
    public static DateTimeOffset Now(this TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
