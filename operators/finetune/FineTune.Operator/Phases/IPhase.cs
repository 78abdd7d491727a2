namespace Platform.FineTune.Operator.Phases;

/// <summary>One of the five stages. Called on every look at a job, also when it is long done: it finds that out from what it can read.</summary>
public interface IPhase
{
    Stage Stage { get; }

    Task<Outcome> RunAsync(JobRun run, CancellationToken cancellation);
}
