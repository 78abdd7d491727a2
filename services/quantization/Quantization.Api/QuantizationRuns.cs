using Google.Protobuf.WellKnownTypes;
using Platform.Hosting.Grpc;
using Platform.Hosting.Runs;
using Platform.Protos.Quantization.V1;

namespace Platform.Quantization.Api;

/// <summary>A recorded run as callers see it.</summary>
internal static class QuantizationRuns
{
    public const string Stage = "quantize";

    public static QuantizationRun ToProto(this StageRunRow row)
    {
        var progress = ProtoJson.Read<ReportProgressRequest>(row.Progress);
        return new QuantizationRun
        {
            RunId = row.RunId.ToString("D"),
            SpecDigest = row.SpecDigest,
            Job = row.Job,
            State = row.State,
            Percent = row.State == RunStates.Succeeded ? 100 : progress?.Percent ?? 0,
            Activity = progress?.Activity ?? "",
            Result = ProtoJson.Read<QuantizationResult>(row.Result),
            StartTime = row.StartTime.ToTimestamp(),
            EndTime = row.EndTime?.ToTimestamp(),
        };
    }
}
