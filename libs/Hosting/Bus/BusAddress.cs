namespace Platform.Hosting.Bus;

/// <summary>The configuration value BUS.</summary>
internal sealed record BusAddress(string? Value)
{
    public bool IsMemory => Value == "memory";

    public Uri Broker => new(Value!);

    public string? Problem => IsMemory || (Uri.TryCreate(Value, UriKind.Absolute, out var uri) && uri.Scheme is ("amqp" or "amqps"))
        ? null
        : "BUS must be 'memory' or 'amqp(s)://user:password@host:port/vhost'.";
}
