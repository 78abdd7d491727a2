using Platform.FineTuning.Tasks;
using Platform.Protos.Quantization.V1;
using Platform.Quantization.Nf4;
using Platform.Workers;

namespace Platform.Quantization.Worker;

/// <summary>Refuses a spec that cannot be worked on, with everything that is wrong with it.</summary>
internal static class SpecCheck
{
    private const int DefaultBlockSize = 64;

    /// <exception cref="WorkerFailureException">The spec has a fault; the message lists all of them.</exception>
    public static void Check(QuantizationSpec spec)
    {
        List<string> problems = [];
        if (spec.Model is null) problems.Add("model is missing.");
        if (spec.Targets.Count == 0) problems.Add("targets is empty; name at least one, for example {\"format\": \"nf4\"}.");
        for (var i = 0; i < spec.Targets.Count; i++) problems.AddRange(Problems(spec.Targets[i], spec.MeasureOn is not null).Select(problem => $"targets[{i}].{problem}"));
        foreach (var twice in spec.Targets.GroupBy(target => target.Format).Where(group => group.Count() > 1)) problems.Add($"targets names the format {twice.Key} {twice.Count()} times; each format has one folder.");
        if (spec.MeasureOn is not null && FineTuningTask.Find(spec.Format) != FineTuningTask.Causal)
            problems.Add($"format is '{spec.Format}'; expected one of {string.Join(", ", FineTuningTask.Causal.Formats)}: only causal language models are quantized.");
        if (spec.MeasureOn is not null && spec.MaxLength < 2) problems.Add($"max_length is {spec.MaxLength}; it must be at least 2.");
        if (problems.Count > 0) throw new WorkerFailureException(FailureReasons.SpecInvalid, string.Join(" ", problems));
    }

    public static Nf4Options Options(QuantizationTarget target) => new()
    {
        QuantType = target.Format,
        BlockSize = target.GroupSize == 0 ? DefaultBlockSize : target.GroupSize,
        DoubleQuantization = target.DoubleQuantization,
    };

    private static IEnumerable<string> Problems(QuantizationTarget target, bool measured)
    {
        if (target.Format is not ("nf4" or "fp4"))
        {
            yield return $"format is '{target.Format}'; expected nf4 or fp4.";
            yield break;
        }

        if (target.Bits is not (0 or 4)) yield return $"bits is {target.Bits}; {target.Format} has 4.";
        if (target.GroupSize != 0)
            foreach (var problem in Options(target).Problems()) yield return $"group_size: {problem}";
        if (!target.HasMaxPerplexityDelta) yield break;
        if (double.IsNaN(target.MaxPerplexityDelta) || target.MaxPerplexityDelta < 0) yield return $"max_perplexity_delta is {target.MaxPerplexityDelta}; it must be at least 0.";
        if (!measured) yield return "max_perplexity_delta needs measure_on: without rows there is no perplexity.";
    }
}
