using System.Globalization;
using Platform.Metrics;
using Platform.Protos.Evaluation.V1;
using Platform.Protos.Quantization.V1;
using Platform.Protos.Registry.V1;
using Spectre.Console;

namespace Platform.Local.Follow;

/// <summary>Prints what a finished run achieved: before and after, samples, quantized models, the registered version.</summary>
public static class RunReport
{
    private const string Base = "base";
    private const string Tuned = "tuned";
    private const int SamplesShown = 3;

    public static void Print(IAnsiConsole console, Scorecard? scorecard, IReadOnlyList<QuantizedModel> quantized, ModelVersion? version)
    {
        if (scorecard is not null)
        {
            console.Write(Scores(scorecard));
            foreach (var sample in Samples(scorecard).Take(SamplesShown)) console.Write(sample);
        }

        foreach (var model in quantized) console.MarkupLineInterpolated($"{Describe(model)}");
        if (version is not null)
            console.MarkupLineInterpolated($"Registered [bold]{version.Model} version {version.Version}[/]{(version.Aliases.Count > 0 ? $" as {string.Join(", ", version.Aliases)}" : "")}: registry://{version.Model}@{version.Aliases.FirstOrDefault() ?? version.Version.ToString(CultureInfo.InvariantCulture)}");
    }

    private static Table Scores(Scorecard scorecard)
    {
        var subjects = scorecard.Scores.Select(score => score.Subject).Distinct().ToList();
        var table = new Table().Border(TableBorder.Rounded).AddColumn("suite").AddColumn("metric");
        foreach (var subject in subjects) table.AddColumn(new TableColumn(Heading(subject)).RightAligned());
        foreach (var row in scorecard.Scores.GroupBy(score => (score.Suite, score.Metric)))
        {
            var bySubject = row.ToDictionary(score => score.Subject);
            table.AddRow([row.Key.Suite, row.Key.Metric, .. subjects.Select(subject => bySubject.TryGetValue(subject, out var score) ? MetricScales.Text(score.Metric, score.Value) : "")]);
        }

        return table;
    }

    private static IEnumerable<Grid> Samples(Scorecard scorecard) =>
        from sample in scorecard.Samples.GroupBy(sample => (sample.Suite, sample.Prompt))
        let before = sample.FirstOrDefault(answer => answer.Subject == Base)
        let after = sample.FirstOrDefault(answer => answer.Subject == Tuned)
        where after is not null
        select Lines(sample.Key.Prompt, before?.Answer, after.Answer, after.Reference);

    private static Grid Lines(string prompt, string? before, string after, string reference)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        grid.AddRow("prompt", Markup.Escape(OneLine(prompt)));
        if (before is not null) grid.AddRow("before", Markup.Escape(OneLine(before)));
        return grid.AddRow("after", $"[bold]{Markup.Escape(OneLine(after))}[/]").AddRow("expected", Markup.Escape(OneLine(reference))).AddEmptyRow();
    }

    private static string Heading(string subject) => subject switch
    {
        Base => "before",
        Tuned => "after",
        _ => subject,
    };

    private static string Describe(QuantizedModel model) => string.Create(CultureInfo.InvariantCulture,
        $"Quantized to {model.Target.Format}: {Size(model.OriginalSizeBytes)} -> {Size(model.Artifact.SizeBytes)} ({100.0 * model.Artifact.SizeBytes / model.OriginalSizeBytes:0} %), perplexity {model.PerplexityBefore:0.000} -> {model.PerplexityAfter:0.000} ({model.PerplexityAfter - model.PerplexityBefore:+0.000;-0.000})");

    private static string Size(long bytes) => bytes >= 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.0} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB");

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
