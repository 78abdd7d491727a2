namespace Platform.FineTuning.Tests;

/// <summary>Tests that read what the whole process shares, so that nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessWideState
{
    public const string Name = "torch's random stream and tensor count";
}
