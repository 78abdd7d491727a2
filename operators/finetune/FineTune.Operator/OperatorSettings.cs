using Microsoft.Extensions.Configuration;
using Platform.Artifacts;
using Platform.Hosting.Security;

namespace Platform.FineTune.Operator;

/// <summary>The operator's configuration, from environment variables and the like.</summary>
public sealed record OperatorSettings
{
    public required IReadOnlyDictionary<Stage, string> WorkerImages { get; init; }

    /// <summary>Where workers report to, per stage; a stage without an address does not report.</summary>
    public required IReadOnlyDictionary<Stage, string> ReportTo { get; init; }

    /// <summary>Given to every worker: entries of the section WORKER_ENV, for example <c>WORKER_ENV__OMP_NUM_THREADS=4</c>.</summary>
    public required IReadOnlyDictionary<string, string> WorkerEnvironment { get; init; }

    /// <summary>Where workers find artifacts; holds a secret.</summary>
    public required string WorkerS3 { get; init; }

    public string? WatchNamespace { get; init; }
    public bool LeaderElection { get; init; } = true;
    public string LeaseNamespace { get; init; } = "default";

    /// <summary>Everything that is wrong with the configuration.</summary>
    public static readonly IReadOnlyList<Func<IConfiguration, string?>> Problems =
    [
        configuration => ArtifactStores.Problem(configuration["S3"]),
        configuration => RunTokens.Problem(configuration["RUN_TOKEN_KEY"]),
        configuration => configuration["LEADER_ELECTION"] is { Length: > 0 } text && !bool.TryParse(text, out _) ? $"LEADER_ELECTION is '{text}'; it must be true or false." : null,
    ];

    /// <summary>Reads a configuration without <see cref="Problems"/>.</summary>
    public static OperatorSettings Read(IConfiguration configuration)
    {
        return new()
        {
            WorkerImages = new Dictionary<Stage, string>
            {
                [Stage.Train] = configuration["WORKER_IMAGE_TRAIN"] ?? "platform/training-worker:dev",
                [Stage.Quantize] = configuration["WORKER_IMAGE_QUANTIZE"] ?? "platform/quantization-worker:dev",
                [Stage.Evaluate] = configuration["WORKER_IMAGE_EVALUATE"] ?? "platform/evaluation-worker:dev",
            },
            ReportTo = new[] { (Stage.Train, "TRAINING"), (Stage.Quantize, "QUANTIZATION"), (Stage.Evaluate, "EVALUATION") }
                .Where(entry => configuration[$"SERVICES:{entry.Item2}"] is { Length: > 0 })
                .ToDictionary(entry => entry.Item1, entry => configuration[$"SERVICES:{entry.Item2}"]!),
            WorkerEnvironment = configuration.GetSection("WORKER_ENV").GetChildren().Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value!),
            WorkerS3 = configuration["S3"]!,
            WatchNamespace = configuration["WATCH_NAMESPACE"] is { Length: > 0 } watched ? watched : null,
            LeaderElection = configuration["LEADER_ELECTION"] is not { Length: > 0 } text || bool.Parse(text),
            LeaseNamespace = configuration["POD_NAMESPACE"] ?? "default",
        };
    }
}
