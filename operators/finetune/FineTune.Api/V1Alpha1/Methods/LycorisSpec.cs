namespace Platform.FineTune.Api.V1Alpha1.Methods;

/// <summary>What LoHa and LoKr have in common.</summary>
public abstract record LycorisSpec : ExcludingSpec
{
    public int Rank { get; init; } = 8;
    public int Alpha { get; init; } = 8;
    public string RankDropout { get; init; } = "0";
    public string ModuleDropout { get; init; } = "0";
    public IDictionary<string, int>? RankPattern { get; init; }
    public IDictionary<string, int>? AlphaPattern { get; init; }
}

/// <summary>Updates that are products, element by element, of two low-rank matrices.</summary>
public sealed record LohaSpec : LycorisSpec;

/// <summary>Updates that are Kronecker products.</summary>
public sealed record LokrSpec : LycorisSpec
{
    public bool DecomposeBoth { get; init; }
    public int DecomposeFactor { get; init; } = -1;
    public bool RankDropoutScale { get; init; }
}
