using Google.Protobuf;
using Platform.Artifacts;

namespace Platform.Workers;

/// <summary>Reads a spec and the fields that every spec has: <c>run_id</c>, <c>spec_digest</c> and <c>output_uri</c>.</summary>
internal static class SpecFile
{
    internal sealed record Contents<TSpec>(TSpec Spec, string RunId, string SpecDigest, ArtifactUri Output);

    /// <exception cref="WorkerFailureException">The file is not a spec of this kind.</exception>
    public static async Task<Contents<TSpec>> ReadAsync<TSpec>(string path, CancellationToken cancellation)
        where TSpec : class, IMessage<TSpec>, new()
    {
        var spec = Parse<TSpec>(path, await File.ReadAllTextAsync(path, cancellation));
        List<string> problems = [];
        var runId = Field("run_id");
        if (!Guid.TryParse(runId, out _)) problems.Add($"run_id is '{runId}'; it must be the FineTuneJob's UID.");
        var digest = Field("spec_digest");
        if (digest.Length == 0) problems.Add("spec_digest is empty; it must be the digest of the spec.");
        if (!ArtifactUri.TryParse(Field("output_uri"), out var output, out var problem)) problems.Add($"output_uri: {problem}");
        else if (!output.IsFolder) problems.Add($"output_uri is '{output}'; it must be a folder, so end with '/'.");
        return problems.Count == 0
            ? new(spec, runId, digest, output)
            : throw new WorkerFailureException(FailureReasons.SpecInvalid, $"{path}: {string.Join(" ", problems)}");

        string Field(string name) => (string)spec.Descriptor.FindFieldByName(name).Accessor.GetValue(spec);
    }

    private static TSpec Parse<TSpec>(string path, string json)
        where TSpec : class, IMessage<TSpec>, new()
    {
        try
        {
            return JsonParser.Default.Parse<TSpec>(json);
        }
        catch (Exception e) when (e is InvalidJsonException or InvalidProtocolBufferException)
        {
            throw new WorkerFailureException(FailureReasons.SpecInvalid, $"{path} is not a {typeof(TSpec).Name}: {e.Message}", inner: e);
        }
    }
}
