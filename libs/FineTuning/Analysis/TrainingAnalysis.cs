using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.FineTuning.Analysis;

/// <summary>What a run's metrics say about it, for people and for programs.</summary>
/// <param name="Steps">how many there were</param>
/// <param name="FirstLoss">the median of the first tenth of the steps</param>
/// <param name="LastLoss">the median of the last tenth</param>
/// <param name="DataWaitShare">the part of the time that was spent on getting rows ready</param>
public sealed record TrainingAnalysis(long Steps, double FirstLoss, double LastLoss, double TokensPerSecond, double DataWaitShare, IReadOnlyList<Finding> Findings)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
    };

    private static readonly IDetector[] Detectors = [new LossSpikes(), new Plateau(), new OverFitting(), new GradientExplosion(), new LostData()];

    public static IReadOnlyList<string> Kinds { get; } = [.. Detectors.Select(detector => detector.Kind)];

    public static TrainingAnalysis Of(RunHistory history)
    {
        var steps = history.Steps;
        var tenth = Math.Max(1, steps.Count / 10);
        var seconds = steps.Sum(step => step.StepSeconds ?? 0);
        return new(
            steps.Count,
            Level.Of(steps.Take(tenth).Select(step => step.Loss!.Value)).Median,
            Level.Of(steps.TakeLast(tenth).Select(step => step.Loss!.Value)).Median,
            steps.Count == 0 ? 0 : steps[^1].TokensPerSecond ?? 0,
            seconds > 0 ? steps.Sum(step => step.DataWaitSeconds ?? 0) / seconds : 0,
            [.. Detectors.Select(detector => detector.Find(history)).OfType<Finding>()]);
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public string ToMarkdown()
    {
        var text = new StringBuilder("# Training analysis\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Steps} steps; the loss went from {FirstLoss:g4} to {LastLoss:g4}; {TokensPerSecond:f0} tokens/s, of which {DataWaitShare:p1} of the time waited for rows.\n\n");
        if (Findings.Count == 0) text.Append(CultureInfo.InvariantCulture, $"Nothing was found by: {string.Join(", ", Kinds)}.\n");
        foreach (var finding in Findings)
        {
            text.Append(CultureInfo.InvariantCulture, $"## {finding.Kind}\n\n{Capitalised(finding.Message)} {finding.Advice}\n\n");
            foreach (var (name, value) in finding.Evidence) text.Append(CultureInfo.InvariantCulture, $"- {name}: {value:g6}\n");
            if (finding.Steps.Count > 0) text.Append(CultureInfo.InvariantCulture, $"- steps: {string.Join(", ", finding.Steps.Take(20))}\n");
            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Capitalised(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];
}
