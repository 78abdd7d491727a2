using Platform.FineTune.Api.V1Alpha1;
using Platform.Protos.Artifacts.V1;
using Platform.Protos.Training.V1;

namespace Platform.FineTune.Operator.Rendering;

/// <summary>Pinned artifacts between the job's status and the services' messages.</summary>
internal static class ArtifactStatusExtensions
{
    public static Artifact ToProto(this ArtifactStatus artifact) =>
        new() { Uri = artifact.Uri, Sha256 = artifact.Sha256, SizeBytes = artifact.SizeBytes ?? 0 };

    public static ArtifactStatus ToStatus(this Artifact artifact) =>
        new() { Uri = artifact.Uri, Sha256 = artifact.Sha256, SizeBytes = artifact.SizeBytes };

    public static ModelSource ToProto(this PinnedModel model) => new()
    {
        Uri = model.Uri,
        Base = model.Base.ToProto(),
        Adapters = { (model.Adapters ?? []).Select(adapter => adapter.ToProto()) },
    };

    public static PinnedModel ToStatus(this ModelSource model, string uri) => new()
    {
        Uri = uri,
        Base = model.Base.ToStatus(),
        Adapters = model.Adapters.Count == 0 ? null : [.. model.Adapters.Select(adapter => adapter.ToStatus())],
    };

    /// <summary>What training made: an adapter, or a whole model.</summary>
    public static Artifact Artifact(this Checkpoint checkpoint) => checkpoint.Model ?? checkpoint.Adapter;

    /// <summary>The pinned base with the adapter that this run trained on top, or the model that it made of them.</summary>
    public static ModelSource Tuned(this JobRun run)
    {
        var checkpoint = run.Checkpoint!;
        if (checkpoint.Model is { } model) return new() { Uri = model.Uri, Base = model };
        var source = run.Status.Model!.ToProto();
        source.Adapters.Add(checkpoint.Adapter);
        return source;
    }
}
