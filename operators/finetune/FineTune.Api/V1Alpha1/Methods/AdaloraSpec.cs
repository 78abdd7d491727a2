namespace Platform.FineTune.Api.V1Alpha1.Methods;

/// <summary>Low-rank adapters whose ranks are cut where they matter least.</summary>
public sealed record AdaloraSpec : ExcludingSpec
{
    public int InitialRank { get; init; } = 12;
    public int TargetRank { get; init; } = 8;
    public int WarmupSteps { get; init; }
    public int FinalSteps { get; init; }
    public int Interval { get; init; } = 1;
    public int Alpha { get; init; } = 32;
    public string Dropout { get; init; } = "0";
    public string SensitivityDecay { get; init; } = "0.85";
    public string UncertaintyDecay { get; init; } = "0.85";
    public string OrthogonalWeight { get; init; } = "0.5";
    public string Bias { get; init; } = "none";
}
