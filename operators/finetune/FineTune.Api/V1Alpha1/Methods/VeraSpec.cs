namespace Platform.FineTune.Api.V1Alpha1.Methods;

/// <summary>Trained scales of random projections that all layers share.</summary>
public sealed record VeraSpec : LayerChoiceSpec
{
    public int Rank { get; init; } = 256;
    public int ProjectionSeed { get; init; }
    public bool SaveProjection { get; init; } = true;
    public string InitialScale { get; init; } = "0.1";
    public string Dropout { get; init; } = "0";
}
