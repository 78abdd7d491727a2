namespace Platform.FineTuning.Checkpoints;

/// <summary>Of what a run is made, by name: the job, the digests of its model and its dataset, and whatever else makes a checkpoint another's.</summary>
public sealed record RunIdentity(IReadOnlyDictionary<string, string> Parts)
{
    /// <summary>Of a run that nobody told who it is; its checkpoints fit every run.</summary>
    public static readonly RunIdentity Unknown = new(new Dictionary<string, string>());

    /// <summary>The parts in which a checkpoint of <paramref name="saved"/> is another run's, each with both values; none when it is this run's.</summary>
    public IReadOnlyList<string> DifferencesFrom(RunIdentity saved) =>
    [
        .. Parts.Where(part => saved.Parts.GetValueOrDefault(part.Key) != part.Value)
            .Select(part => $"its {part.Key} is {(saved.Parts.TryGetValue(part.Key, out var other) ? $"'{other}'" : "not recorded")}, this run's is '{part.Value}'"),
    ];
}
