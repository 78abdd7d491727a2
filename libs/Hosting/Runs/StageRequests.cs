using Platform.Hosting.Grpc;

namespace Platform.Hosting.Runs;

/// <summary>The checks that requests about a stage's run share.</summary>
public static class StageRequests
{
    /// <summary>Checks the run and the spec that a request names.</summary>
    public static Guid RequireRun(this Problems problems, string runId, string specDigest, string prefix = "")
    {
        var id = problems.RequireRunId(runId, $"{prefix}run_id");
        problems.RequireDigest(specDigest, $"{prefix}spec_digest");
        return id;
    }

    /// <summary><c>namespace/name</c>.</summary>
    public static Problems RequireJob(this Problems problems, string job) =>
        problems.Require(job.Split('/') is [{ Length: > 0 }, { Length: > 0 }], $"job is '{job}'; it must be namespace/name of the FineTuneJob.");
}
