using System.Text.RegularExpressions;

namespace Platform.Hosting.Grpc;

/// <summary>Everything that is wrong with a request, answered at once.</summary>
public sealed partial class Problems
{
    private readonly List<string> _problems = [];

    /// <summary>Notes <paramref name="problem"/> unless <paramref name="holds"/>: field, value, allowed range, next step.</summary>
    public Problems Require(bool holds, string problem)
    {
        if (!holds) _problems.Add(problem);
        return this;
    }

    /// <summary>A run's id is the UID of its FineTuneJob.</summary>
    public Guid RequireRunId(string value, string field = "run_id")
    {
        Require(Guid.TryParse(value, out var id), $"{field} is '{value}'; it must be the UID of a FineTuneJob, for example 8f0c2f6e-4a3b-4a55-9c0e-0d6f5d1f7a11.");
        return id;
    }

    public Problems RequireDigest(string value, string field) =>
        Require(Artifacts.Digest.IsDigest(value), $"{field} is '{value}'; it must be a SHA-256: 64 lower-case hexadecimal digits.");

    /// <summary>A name as Kubernetes and URLs take it.</summary>
    public Problems RequireName(string value, string field) =>
        Require(Name().IsMatch(value), $"{field} is '{value}'; it must have 1 to 63 lower-case letters, digits, '-', '_' and '.', beginning and ending with a letter or digit.");

    /// <exception cref="global::Grpc.Core.RpcException">INVALID_ARGUMENT with every problem noted so far.</exception>
    public void Refuse()
    {
        if (_problems.Count > 0) throw Refusal.InvalidArgument(string.Join(" ", _problems));
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$")]
    private static partial Regex Name();
}
