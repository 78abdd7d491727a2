using Platform.FineTuning.Tasks;
using Platform.Metrics;
using Platform.Protos.Evaluation.V1;
using Platform.Workers;

namespace Platform.Evaluation.Worker;

/// <summary>Refuses a spec that cannot be worked on, with everything that is wrong with it.</summary>
internal static class SpecCheck
{
    /// <exception cref="WorkerFailureException">The spec has a fault; the message lists all of them.</exception>
    public static void Check(EvaluationSpec spec)
    {
        List<string> problems = [];
        if (spec.Subjects.Count == 0) problems.Add("subjects is empty; name at least one model.");
        if (spec.Suites.Count == 0) problems.Add("suites is empty; name at least one.");
        if (spec.MaxLength < 2) problems.Add($"max_length is {spec.MaxLength}; it must be at least 2.");
        if (spec.MaxNewTokens < 1) problems.Add($"max_new_tokens is {spec.MaxNewTokens}; it must be at least 1.");
        if (spec.Samples < 0) problems.Add($"samples is {spec.Samples}; it must be at least 0.");
        for (var i = 0; i < spec.Subjects.Count; i++)
            if (spec.Subjects[i].Model is null) problems.Add($"subjects[{i}].model is missing.");
        problems.AddRange(Names("subjects", spec.Subjects.Select(subject => subject.Name)));
        problems.AddRange(Names("suites", spec.Suites.Select(suite => suite.Name)));
        for (var i = 0; i < spec.Suites.Count; i++) problems.AddRange(Problems(spec.Suites[i]).Select(problem => $"suites[{i}].{problem}"));
        var tasks = spec.Suites.Select(suite => FineTuningTask.Find(suite.Format)?.Name).OfType<string>().Distinct().ToList();
        if (tasks.Count > 1) problems.Add($"suites ask for {string.Join(" and ", tasks)}; one evaluation loads its models for one of them.");
        if (problems.Count > 0) throw new WorkerFailureException(FailureReasons.SpecInvalid, string.Join(" ", problems));
    }

    private static IEnumerable<string> Problems(Suite suite)
    {
        if (suite.Rows is null) yield return "rows is missing.";
        var known = FineTuningTask.Find(suite.Format) is null ? FormatMetrics.Names : FormatMetrics.Of(suite.Format);
        if (FineTuningTask.Find(suite.Format) is null) yield return $"format is '{suite.Format}'; expected one of {string.Join(", ", FineTuningTask.KnownFormats)}.";
        if (suite.Metrics.Count == 0) yield return $"metrics is empty; expected some of {string.Join(", ", known)}.";
        foreach (var metric in suite.Metrics.Except(known)) yield return $"metrics names '{metric}'; rows of the format {suite.Format} have {string.Join(", ", known)}.";
    }

    /// <summary>Names become file names in the store.</summary>
    private static IEnumerable<string> Names(string field, IEnumerable<string> names)
    {
        var all = names.ToList();
        foreach (var (i, name) in all.Index())
            if (name.Length is 0 or > 63 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') || name.StartsWith('.'))
                yield return $"{field}[{i}].name is '{name}'; it must have 1 to 63 letters, digits, '-', '_' and '.', and not begin with '.'.";
        foreach (var twice in all.GroupBy(name => name).Where(group => group.Count() > 1)) yield return $"{field} has the name '{twice.Key}' {twice.Count()} times.";
    }
}
