using Google.Protobuf.WellKnownTypes;
using Platform.Hosting.Grpc;
using Platform.Hosting.Runs;
using Platform.Protos.Evaluation.V1;

namespace Platform.Evaluation.Api;

/// <summary>A recorded run as callers see it.</summary>
internal static class EvaluationRuns
{
    public const string Stage = "evaluate";

    public static EvaluationRun ToProto(this StageRunRow row)
    {
        var progress = ProtoJson.Read<ReportProgressRequest>(row.Progress);
        return new EvaluationRun
        {
            RunId = row.RunId.ToString("D"),
            SpecDigest = row.SpecDigest,
            Job = row.Job,
            State = row.State,
            Percent = row.State == RunStates.Succeeded ? 100 : progress?.Percent ?? 0,
            Activity = progress?.Activity ?? "",
            Result = ProtoJson.Read<EvaluationResult>(row.Result),
            StartTime = row.StartTime.ToTimestamp(),
            EndTime = row.EndTime?.ToTimestamp(),
        };
    }
}
