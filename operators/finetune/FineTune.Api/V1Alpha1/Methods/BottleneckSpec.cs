namespace Platform.FineTune.Api.V1Alpha1.Methods;

/// <summary>Small networks between the parts of every block.</summary>
public sealed record BottleneckSpec
{
    public string Kind { get; init; } = "houlsby";
    public int? ReductionFactor { get; init; }
    public string? NonLinearity { get; init; }
    public string Dropout { get; init; } = "0";
    public IList<int>? LeaveOut { get; init; }
}
