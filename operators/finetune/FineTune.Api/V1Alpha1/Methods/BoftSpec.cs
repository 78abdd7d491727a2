namespace Platform.FineTune.Api.V1Alpha1.Methods;

/// <summary>Rotations that follow each other as in a butterfly.</summary>
public sealed record BoftSpec : ExcludingSpec
{
    public int? BlockSize { get; init; }
    public int? Blocks { get; init; }
    public int ButterflyFactors { get; init; } = 1;
    public string Dropout { get; init; } = "0";
}
