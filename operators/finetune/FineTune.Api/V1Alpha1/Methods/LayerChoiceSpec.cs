namespace Platform.FineTune.Api.V1Alpha1.Methods;

/// <summary>Targets among the blocks of a model.</summary>
public abstract record LayerChoiceSpec : TargetsSpec
{
    public IList<int>? LayersToTransform { get; init; }
    public IList<string>? LayersPattern { get; init; }
}

/// <summary>Targets from which some can be left out.</summary>
public abstract record ExcludingSpec : LayerChoiceSpec
{
    public IList<string>? ExcludeModules { get; init; }
}
