namespace Platform.LocalCluster.Controllers;

/// <summary>Times as metav1.Time holds them: UTC, whole seconds.</summary>
public static class Timestamps
{
    public static DateTime Now(TimeProvider time) => Seconds(time.GetUtcNow());

    public static DateTime Seconds(DateTimeOffset value)
    {
        var utc = value.UtcDateTime;
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerSecond));
    }

    /// <summary>As metav1.MicroTime, which is never written without its fraction.</summary>
    public static DateTime Micro(TimeProvider time)
    {
        var utc = time.GetUtcNow().UtcDateTime;
        var micros = utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
        return micros.Ticks % TimeSpan.TicksPerSecond == 0 ? micros.AddMicroseconds(1) : micros;
    }
}
