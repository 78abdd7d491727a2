using System.Reflection;

namespace Platform.Local.Hosting;

/// <summary>
/// What the platform's parts are configured with on one machine. Environment variables of the same names win, so every
/// embedded part can be swapped for the real one: <c>BUS</c>, <c>DATABASE</c>, <c>S3</c>, <c>KUBECONFIG</c>.
/// </summary>
public static class LocalConfiguration
{
    public static readonly IReadOnlyList<string> Stages = ["training", "quantization", "evaluation"];

    public static Dictionary<string, string?> Defaults(PlatformFolder folder, string httpAddress, string grpcAddress)
    {
        var defaults = new Dictionary<string, string?>
        {
            ["BUS"] = "memory",
            ["DATABASE"] = Path.Combine(folder.Data, "db"),
            ["S3"] = "file:" + Path.Combine(folder.Data, "artifacts"),
            ["RUN_TOKEN_KEY"] = folder.RunTokenKey(),
            ["LOG_FORMAT"] = "simple",
            ["ALLOW_FILE_URIS"] = "true",
            ["PLATFORM_ROOT"] = folder.Root,
            ["LEADER_ELECTION"] = "false",
            // Waiting threads of one worker must not keep the processors from the platform's other processes.
            ["WORKER_ENV:OMP_WAIT_POLICY"] = "PASSIVE",
            ["Kestrel:Endpoints:Http:Url"] = httpAddress,
            ["Kestrel:Endpoints:Grpc:Url"] = grpcAddress,
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Platform"] = "Information",
        };
        foreach (var service in new[] { "DATASETS", "TRAINING", "QUANTIZATION", "EVALUATION", "REGISTRY" }) defaults[$"SERVICES:{service}"] = grpcAddress;
        return defaults;
    }

    /// <summary>The image of a stage's worker, as pods name it.</summary>
    public static string Image(string stage) => $"platform/{stage}-worker:dev";

    /// <summary>The program of a stage's worker: named by <c>WORKER_TRAINING</c> and the like, else the one built along with this program.</summary>
    public static string WorkerProgram(string stage, IConfiguration configuration)
    {
        if (configuration[$"WORKER_{stage.ToUpperInvariant()}"] is { Length: > 0 } named) return Path.GetFullPath(named);
        var beside = Path.Combine(AppContext.BaseDirectory, "workers", stage, $"Platform.{char.ToUpperInvariant(stage[0])}{stage[1..]}.Worker.dll");
        if (File.Exists(beside)) return beside;
        var built = typeof(LocalConfiguration).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Where(entry => entry.Key == "Workers")
            .SelectMany(entry => entry.Value!.Split(';'))
            .Select(entry => entry.Split('=', 2))
            .First(entry => entry[0] == stage)[1];
        return File.Exists(built) ? built : throw new FileNotFoundException($"The {stage} worker is neither at '{beside}' nor at '{built}'. Build it, or name its program with WORKER_{stage.ToUpperInvariant()}.");
    }
}
