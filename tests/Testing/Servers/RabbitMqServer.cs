namespace Platform.Testing.Servers;

/// <summary>A RabbitMQ node of its own, with its own port mapper, cookie and data.</summary>
public sealed class RabbitMqServer : RealServer
{
    private readonly int _portMapperPort = FreePort();
    private ServerProcess? _portMapper;

    /// <summary>A value for the configuration key <c>BUS</c>.</summary>
    public string Address
    {
        get
        {
            Require();
            return $"amqp://guest:guest@127.0.0.1:{Port}/";
        }
    }

    protected override string? Missing => Program is null || Find("epmd") is null ? "RabbitMQ is not installed: run 'make deps'." : null;

    // Not the one in sbin, which insists on the system's own user.
    private static string? Program => Find("rabbitmq-server", "/usr/lib/rabbitmq/bin") is { } found && found.Contains("/sbin/", StringComparison.Ordinal)
        ? new[] { "/usr/lib/rabbitmq/bin/rabbitmq-server" }.FirstOrDefault(File.Exists)
        : Find("rabbitmq-server", "/usr/lib/rabbitmq/bin");

    public override async ValueTask DisposeAsync()
    {
        if (_portMapper is not null)
        {
            await StopAsync(); // with the nodes' helpers, which a kill would leave to themselves for a moment
            await _portMapper.DisposeAsync();
        }
        await base.DisposeAsync();
    }

    protected override Task PrepareAsync()
    {
        File.WriteAllText(Path.Combine(Folder, "plugins"), "[].");
        _portMapper = ServerProcess.Start(Folder, new Dictionary<string, string>(), Find("epmd")!, "-port", $"{_portMapperPort}", "-address", "127.0.0.1");
        return Task.CompletedTask;
    }

    private protected override ServerProcess Launch()
    {
        File.WriteAllText(Path.Combine(Folder, "rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{Port}
            log.file = false
            log.console = true
            disk_free_limit.absolute = 50MB

            """);
        return ServerProcess.Start(
            Folder,
            new Dictionary<string, string>
            {
                ["HOME"] = Folder,
                ["ERL_EPMD_PORT"] = $"{_portMapperPort}",
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_NODENAME"] = $"test{_portMapperPort}@localhost",
                ["RABBITMQ_DIST_PORT"] = $"{FreePort()}",
                ["RABBITMQ_CONFIG_FILE"] = Path.Combine(Folder, "rabbitmq.conf"),
                ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(Folder, "none"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(Folder, "plugins"),
                ["RABBITMQ_MNESIA_BASE"] = Path.Combine(Folder, "data"),
                ["RABBITMQ_LOG_BASE"] = Path.Combine(Folder, "logs"),
                ["RABBITMQ_LOGS"] = "-",
                ["RABBITMQ_SCHEDULER_BIND_TYPE"] = "u",
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+S 2:2 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}",
            },
            Program!);
    }
}
