namespace Platform.FineTune.Api.V1Alpha1.Methods;

/// <summary>Trained scales of keys, values and feed-forward inputs.</summary>
public sealed record Ia3Spec : TargetsSpec
{
    public IList<string>? FeedforwardModules { get; init; }
    public IList<string>? ExcludeModules { get; init; }
}
