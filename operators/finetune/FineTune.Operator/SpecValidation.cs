using System.Globalization;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Methods;
using Platform.Metrics;

namespace Platform.FineTune.Operator;

/// <summary>
/// The rules of the CRD file once more, for servers that do not know them (an older CRD, validation switched off). All
/// problems at once; none means that every value can be used as it is.
/// </summary>
public static class SpecValidation
{
    private static readonly string[] Formats = ["prompt-completion", "chat", "alpaca", "sharegpt", "text", "classification", "multi-label-classification", "squad", "audio"];
    private static readonly string[] Sources = ["auto", "jsonl", "json", "csv", "tsv", "parquet", "arrow", "text", "paragraphs", "audio-folder"];

    public static IReadOnlyList<string> Problems(FineTuneJobSpec spec)
    {
        List<string> problems = [];
        OneOf(problems, "spec.dataset.format", spec.Dataset.Format, Formats);
        Dataset(problems, spec.Dataset);
        Decimal(problems, "spec.dataset.split.validation", spec.Dataset.Split.Validation, 0, 1, "0.1", belowMax: true);
        Method(problems, spec.Method, quantizes: spec.Quantize is { Count: > 0 });
        TrainingValidation.Check(problems, spec.Training);
        Range(problems, "spec.resources.nodes", spec.Resources.Nodes, 1, 1);
        Range(problems, "spec.resources.gpusPerNode", spec.Resources.GpusPerNode, 0, 16);
        Range(problems, "spec.checkpoints.everySteps", spec.Checkpoints.EverySteps, 1, 1_000_000_000);
        Range(problems, "spec.checkpoints.keep", spec.Checkpoints.Keep, 1, 100);
        Range(problems, "spec.failure.backoffLimit", spec.Failure.BackoffLimit, 0, 100);
        foreach (var target in spec.Quantize ?? []) Target(problems, target);
        if (spec.Quantize is { Count: > 0 } && FormatMetrics.Of(spec.Dataset.Format).Count > 0 && !IsCausal(spec.Dataset.Format))
            problems.Add($"spec.quantize is set, and rows of the format {spec.Dataset.Format} train no causal language model, which is what can be quantized; remove spec.quantize.");
        Unique(problems, "spec.quantize[].format", (spec.Quantize ?? []).Select(target => target.Format));
        if (spec.Evaluate is { } evaluate) Evaluate(problems, evaluate, spec.Dataset);
        OneOf(problems, "spec.readyWhen", spec.ReadyWhen, [ReadyMilestones.Accepted, ReadyMilestones.Started, ReadyMilestones.Succeeded]);
        return problems;
    }

    /// <summary>A decimal that <see cref="Problems"/> accepted.</summary>
    public static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static void Dataset(List<string> problems, DatasetSpec dataset)
    {
        OneOf(problems, "spec.dataset.source", dataset.Source, Sources);
        if (dataset.Columns?.Any(column => column.Key.Length == 0 || column.Value.Length == 0) == true) problems.Add("spec.dataset.columns has an empty name; write the format's field and the dataset's column, for example prompt: question.");
        if (dataset.Filter is not { } filter) return;
        Range(problems, "spec.dataset.filter.minCharacters", filter.MinCharacters, 0, long.MaxValue);
        if (filter.MaxCharacters is { } most) Range(problems, "spec.dataset.filter.maxCharacters", most, Math.Max(1, filter.MinCharacters), long.MaxValue);
    }

    private static void Method(List<string> problems, MethodSpec method, bool quantizes)
    {
        OneOf(problems, "spec.method.type", method.Type, MethodCatalog.Types);
        foreach (var known in MethodCatalog.All)
        {
            known.Check(method, problems);
            if (known.IsSet(method) && known.Type != method.Type) problems.Add($"spec.method.{known.Block} is set, and spec.method.type is '{method.Type}'; remove the block, or set the type to {known.Type}.");
        }

        if (quantizes && MethodCatalog.Of(method) is { IsMergeable: false })
            problems.Add($"spec.quantize is set, and what the method {method.Type} trains cannot become part of the weights that are quantized; remove spec.quantize, or choose another method, for example lora.");
    }

    private static void Target(List<string> problems, QuantizeSpec target)
    {
        OneOf(problems, "spec.quantize[].format", target.Format, ["nf4"]);
        if (target.MaxPerplexityDelta is { } delta) Decimal(problems, "spec.quantize[].maxPerplexityDelta", delta, 0, 1e9, "0.15");
    }

    private static void Evaluate(List<string> problems, EvaluateSpec evaluate, DatasetSpec dataset)
    {
        if (evaluate.Suites.Count == 0) problems.Add("spec.evaluate.suites is empty; name at least one suite, or remove spec.evaluate.");
        Unique(problems, "spec.evaluate.suites[].name", evaluate.Suites.Select(suite => suite.Name));
        foreach (var suite in evaluate.Suites)
        {
            var format = suite.Dataset?.Format ?? dataset.Format;
            foreach (var metric in suite.Metrics) OneOf(problems, $"spec.evaluate.suites[{suite.Name}].metrics[]", metric, FormatMetrics.Of(format) is { Count: > 0 } fitting ? fitting : FormatMetrics.Names);
            if (format != dataset.Format && !(IsCausal(format) && IsCausal(dataset.Format)))
                problems.Add($"spec.evaluate.suites[{suite.Name}].dataset.format is '{format}' and spec.dataset.format '{dataset.Format}': a model is measured on the task that it learns; give the suite rows of the same format.");
            if (suite.Dataset is { } own) OneOf(problems, $"spec.evaluate.suites[{suite.Name}].dataset.format", own.Format, Formats);
            else if (double.TryParse(dataset.Split.Validation, CultureInfo.InvariantCulture, out var share) && share == 0)
                problems.Add($"spec.evaluate.suites[{suite.Name}] has no dataset and spec.dataset.split.validation is 0: raise it, or give the suite a dataset.");
        }

        if (evaluate.Gate is not { } gate) return;
        var known = evaluate.Suites.SelectMany(suite => suite.Metrics.Select(metric => $"{suite.Name}.{metric}")).ToList();
        OneOf(problems, "spec.evaluate.gate.metric", gate.Metric, known);
        if (gate.Min is null && gate.Max is null) problems.Add("spec.evaluate.gate needs min, max or both.");
        if (gate.Min is { } min) Decimal(problems, "spec.evaluate.gate.min", min, 0, 1e9, "0.8");
        if (gate.Max is { } max) Decimal(problems, "spec.evaluate.gate.max", max, 0, 1e9, "12.5");
    }

    private static bool IsCausal(string format) => FormatMetrics.Of(format).Contains("perplexity");

    internal static void OneOf(List<string> problems, string field, string value, IReadOnlyCollection<string> known)
    {
        if (!known.Contains(value)) problems.Add($"{field} is '{value}'; it must be one of {string.Join(", ", known)}.");
    }

    internal static void Range(List<string> problems, string field, long value, long min, long max)
    {
        if (value < min || value > max) problems.Add($"{field} is {value}; it must lie in {min}..{max}.");
    }

    internal static void Decimal(List<string> problems, string field, string text, double min, double max, string example, bool aboveMin = false, bool belowMax = false)
    {
        var parsed = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);
        if (parsed && (aboveMin ? value > min : value >= min) && (belowMax ? value < max : value <= max)) return;
        problems.Add(string.Create(CultureInfo.InvariantCulture, $"{field} is '{text}'; it must be a decimal {(aboveMin ? "above" : "from")} {min} {(belowMax ? "to below" : "to")} {max}, for example \"{example}\"."));
    }

    private static void Unique(List<string> problems, string field, IEnumerable<string> values)
    {
        foreach (var twice in values.GroupBy(value => value).Where(group => group.Count() > 1))
            problems.Add($"{field} '{twice.Key}' occurs {twice.Count()} times; every one may occur once.");
    }
}
