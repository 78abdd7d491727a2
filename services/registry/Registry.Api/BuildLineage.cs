using Platform.Contracts;
using Platform.Contracts.Datasets.V1;
using Platform.Contracts.Evaluation.V1;
using Platform.Contracts.Quantization.V1;
using Platform.Contracts.Registry.V1;
using Platform.Contracts.Training.V1;
using Platform.Hosting.Bus;
using Platform.Hosting.Inbox;

namespace Platform.Registry.Api;

/// <summary>Writes down what the stages' events tell about a run. The inbox makes each event count once.</summary>
internal sealed class BuildLineage : IEventHandler<IRunEvent, RegistryDbContext>
{
    public Task HandleAsync(IRunEvent happened, RegistryDbContext database, CancellationToken cancellation)
    {
        var entry = Entry(happened);
        database.Lineage.Add(new LineageRow
        {
            RunId = happened.RunId,
            Urn = EventTypes.UrnOf(happened.GetType()),
            Time = happened.OccurredAt,
            Stage = entry.Stage,
            Uri = entry.Uri,
            Sha256 = entry.Sha256,
            SizeBytes = entry.SizeBytes,
        });
        return Task.CompletedTask;
    }

    private static (string Stage, string? Uri, string? Sha256, long? SizeBytes) Entry(IRunEvent happened) => happened switch
    {
        DatasetResolved e => ("Resolve", e.Train.OriginalString, null, null), // the folder's name is the dataset's digest
        DatasetRejected e => ("Resolve", e.SourceUri, null, null),
        TrainingCompleted e => ("Train", e.Checkpoint.OriginalString, e.CheckpointDigest, null),
        TrainingStarted or TrainingFailed => ("Train", null, null, null),
        ModelQuantized e => ("Quantize", e.Model.OriginalString, e.ModelDigest, e.SizeBytes),
        EvaluationCompleted => ("Evaluate", null, null, null),
        ModelVersionRegistered e => ("Register", $"registry://{e.Model}@{e.Version}", e.ArtifactDigest, null),
        AliasMoved e => ("Register", $"registry://{e.Model}@{e.Alias}", null, null),
        _ => throw new InvalidOperationException($"{happened.GetType()} has no place in a lineage."),
    };
}
