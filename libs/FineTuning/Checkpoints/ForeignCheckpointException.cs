namespace Platform.FineTuning.Checkpoints;

/// <summary>A checkpoint was made by another job, or from another model or dataset.</summary>
public sealed class ForeignCheckpointException(long step, IReadOnlyList<string> differences)
    : Exception($"The checkpoint of step {step} belongs to another run: {string.Join("; ", differences)}. Start anew, or resume with what it was made from.")
{
    public IReadOnlyList<string> Differences { get; } = differences;
}
