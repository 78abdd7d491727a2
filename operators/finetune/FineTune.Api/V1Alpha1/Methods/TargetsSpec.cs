namespace Platform.FineTune.Api.V1Alpha1.Methods;

/// <summary>Which layers a method adapts, and what it trains beside them.</summary>
public abstract record TargetsSpec
{
    public IList<string>? TargetModules { get; init; }
    public IList<string>? ModulesToSave { get; init; }
}
