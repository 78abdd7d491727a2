using Google.Protobuf.WellKnownTypes;
using Platform.Hosting.Grpc;
using Platform.Hosting.Runs;
using Platform.Protos.Training.V1;

namespace Platform.Training.Api;

/// <summary>A recorded run as callers see it, and the names of its events.</summary>
internal static class TrainingRuns
{
    public const string Stage = "train";

    public static TrainingRun ToProto(this StageRunRow row)
    {
        var result = ProtoJson.Read<TrainingResult>(row.Result);
        return new TrainingRun
        {
            RunId = row.RunId.ToString("D"),
            SpecDigest = row.SpecDigest,
            Job = row.Job,
            State = row.State,
            Progress = ProtoJson.Read<Progress>(row.Progress),
            Checkpoint = result?.Checkpoint,
            Failure = result?.Failure,
            StartTime = row.StartTime.ToTimestamp(),
            EndTime = row.EndTime?.ToTimestamp(),
        };
    }

    /// <summary>The identity of what happened to a run's training, however often it is told.</summary>
    public static string EventKey(this StageRunRow row) => $"{row.RunId:D}/{Stage}/{row.SpecDigest}";
}
