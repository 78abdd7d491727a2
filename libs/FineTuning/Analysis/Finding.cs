namespace Platform.FineTuning.Analysis;

/// <summary>Something about a run that its owner should know.</summary>
/// <param name="Kind">the detector's name</param>
/// <param name="Message">what happened, with its numbers</param>
/// <param name="Advice">what to try</param>
/// <param name="Steps">where it shows; empty: not in single steps</param>
/// <param name="Evidence">the numbers that it was concluded from</param>
public sealed record Finding(string Kind, string Message, string Advice, IReadOnlyList<long> Steps, IReadOnlyDictionary<string, double> Evidence);

/// <summary>Looks for one kind of trouble in a run's history.</summary>
public interface IDetector
{
    string Kind { get; }

    /// <summary>Null: there is none.</summary>
    Finding? Find(RunHistory history);
}
