namespace Platform.FineTune.Api.V1Alpha1.Methods;

/// <summary>Orthogonal rotations of blocks of inputs.</summary>
public sealed record OftSpec : ExcludingSpec
{
    public int? BlockSize { get; init; }
    public int? Blocks { get; init; }
    public bool BlockShare { get; init; }
    public bool Constrained { get; init; }
    public string Radius { get; init; } = "6e-5";
    public bool CayleyNeumann { get; init; } = true;
    public int CayleyNeumannTerms { get; init; } = 5;
    public string Dropout { get; init; } = "0";
}
