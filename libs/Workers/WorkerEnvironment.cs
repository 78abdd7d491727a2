using System.Globalization;
using Platform.Artifacts;

namespace Platform.Workers;

/// <summary>The environment variables a worker is started with.</summary>
/// <param name="SpecPath">PLATFORM_SPEC: the spec file, protobuf JSON.</param>
/// <param name="Store">S3: where artifacts are, <c>file:FOLDER</c> or <c>http(s)://KEY:SECRET@host:port</c>.</param>
/// <param name="ReportTo">REPORT_TO: gRPC address of the stage's service; null means that nobody wants reports.</param>
/// <param name="RunToken">RUN_TOKEN: bearer token for the service.</param>
/// <param name="Attempt">PLATFORM_ATTEMPT: counts the processes that worked on this spec, from 1.</param>
public sealed record WorkerEnvironment(string SpecPath, string Store, Uri? ReportTo, string? RunToken, int Attempt)
{
    /// <exception cref="WorkerFailureException">A variable is missing or malformed; the message lists all of them.</exception>
    public static WorkerEnvironment Read(Func<string, string?> variable)
    {
        List<string> problems = [];
        var spec = Required("PLATFORM_SPEC", "the path of the spec file");
        var store = Given("S3");
        if (ArtifactStores.Problem(store) is { } problem) problems.Add($"The environment variable S3: {problem}");
        var reportTo = Address("REPORT_TO");
        var attempt = Counter("PLATFORM_ATTEMPT");
        return problems.Count == 0
            ? new(spec!, store!, reportTo, Given("RUN_TOKEN"), attempt)
            : throw new WorkerFailureException(FailureReasons.SpecInvalid, string.Join(" ", problems));

        string? Given(string name) => variable(name) is { Length: > 0 } value ? value : null;

        string? Required(string name, string meaning)
        {
            if (Given(name) is { } value) return value;
            problems.Add($"The environment variable {name} is not set; it must be {meaning}.");
            return null;
        }

        Uri? Address(string name)
        {
            if (Given(name) is not { } value) return null;
            if (Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return uri;
            problems.Add($"{name} is '{value}'; it must be a gRPC address such as http://training:8081.");
            return null;
        }

        int Counter(string name)
        {
            if (Given(name) is not { } value) return 1;
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1) return number;
            problems.Add($"{name} is '{value}'; it must be a whole number from 1.");
            return 1;
        }
    }
}
