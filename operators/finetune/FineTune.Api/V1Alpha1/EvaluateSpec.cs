namespace Platform.FineTune.Api.V1Alpha1;

/// <summary>How the fine-tuned model is measured.</summary>
public sealed record EvaluateSpec
{
    public required IList<SuiteSpec> Suites { get; init; }
    public bool Baseline { get; init; }
    public int MaxNewTokens { get; init; } = 64;
    public int Samples { get; init; } = 3;
    public GateSpec? Gate { get; init; }
}

/// <summary>A set of rows with the metrics taken on them.</summary>
public sealed record SuiteSpec
{
    public required string Name { get; init; }
    public required IList<string> Metrics { get; init; }
    public SuiteDatasetSpec? Dataset { get; init; }
}

/// <summary>The rows of a suite that is not scored on the validation split.</summary>
public sealed record SuiteDatasetSpec
{
    public required string Uri { get; init; }
    public required string Format { get; init; }
}

/// <summary>What the fine-tuned model must reach to be registered.</summary>
public sealed record GateSpec
{
    public required string Metric { get; init; }
    public string? Min { get; init; }
    public string? Max { get; init; }
}

/// <summary>One quantized model to make.</summary>
public sealed record QuantizeSpec
{
    public required string Format { get; init; }
    public bool DoubleQuantization { get; init; } = true;
    public string? MaxPerplexityDelta { get; init; }
}

/// <summary>Under which name the result enters the registry.</summary>
public sealed record RegisterSpec
{
    public required string Model { get; init; }
    public string? Alias { get; init; }
}
