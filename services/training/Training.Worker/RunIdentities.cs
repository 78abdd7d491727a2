using Google.Protobuf;
using Platform.Artifacts;
using Platform.FineTuning.Checkpoints;
using Platform.Protos.Training.V1;

namespace Platform.Training.Worker;

/// <summary>What makes a checkpoint this run's: all of its spec that decides what is learned.</summary>
internal static class RunIdentities
{
    public static RunIdentity Of(TrainingSpec spec) => new(new Dictionary<string, string>
    {
        ["job"] = spec.RunId,
        ["model"] = string.Join("+", spec.Model.Adapters.Select(adapter => adapter.Sha256).Prepend(spec.Model.Base.Sha256)),
        ["dataset"] = $"{spec.Format}:{spec.Train.Sha256}",
        ["validation dataset"] = spec.Validation?.Sha256 ?? "none",
        ["method"] = DigestOf(spec.Method),
        ["training"] = DigestOf(spec.Hyperparameters),
    });

    private static string DigestOf(IMessage? message) => message is null ? "none" : Digest.OfText(JsonFormatter.Default.Format(message));
}
