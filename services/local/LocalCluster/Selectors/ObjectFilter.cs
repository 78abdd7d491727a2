using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Selectors;

/// <summary>What a list or watch asks for: both selectors and, in a watch of one object, its name.</summary>
public sealed record ObjectFilter(LabelSelector Labels, FieldSelector Fields, string? Name)
{
    public bool IsEmpty => Labels.IsEmpty && Fields.IsEmpty && Name is null;

    public static ObjectFilter Of(ApiRequest request) => new(
        LabelSelector.Parse(request.Text("labelSelector")), FieldSelector.Parse(request.Text("fieldSelector"), request.Resource), request.Name);

    public bool Matches(StoredObject stored) =>
        (Name is null || stored.Key.Name == Name) && Labels.Matches(stored.Labels) && (Fields.IsEmpty || Fields.Matches(stored.Peek()));
}
