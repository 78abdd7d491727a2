namespace Platform.FineTune.Api.V1Alpha1.Methods;

/// <summary>Low-rank adapters and their variants.</summary>
public sealed record LoraSpec : ExcludingSpec
{
    public int Rank { get; init; } = 16;
    public int Alpha { get; init; } = 32;
    public string Dropout { get; init; } = "0";
    public IDictionary<string, int>? RankPattern { get; init; }
    public IDictionary<string, int>? AlphaPattern { get; init; }
    public string Bias { get; init; } = "none";
    public bool Dora { get; init; }
    public bool Rslora { get; init; }
    public string Init { get; init; } = "default";
    public LoftqSpec? Loftq { get; init; }
    public string? LoraPlusRatio { get; init; }
    public IList<string>? TargetParameters { get; init; }
    public IList<int>? TrainableTokenIndices { get; init; }
}

/// <summary>How LoftQ rounds the base.</summary>
public sealed record LoftqSpec
{
    public int Bits { get; init; } = 4;
    public int Iterations { get; init; } = 1;
}
