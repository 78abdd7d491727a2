namespace Platform.FineTune.Api.V1Alpha1.Methods;

/// <summary>Training of the normalisations alone.</summary>
public sealed record LnTuningSpec : TargetsSpec
{
    public IList<string>? ExcludeModules { get; init; }
}
