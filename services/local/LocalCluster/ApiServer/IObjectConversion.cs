using System.Text.Json.Nodes;

namespace Platform.LocalCluster.ApiServer;

/// <summary>Between the form an object is stored in and the form one version of the API serves.</summary>
public interface IObjectConversion
{
    JsonObject FromStorage(JsonObject stored);

    JsonObject ToStorage(JsonObject served);
}

/// <summary>The `None` strategy of custom resources with several versions: only apiVersion differs.</summary>
public sealed class ApiVersionConversion(string served, string stored) : IObjectConversion
{
    public JsonObject FromStorage(JsonObject obj)
    {
        obj["apiVersion"] = served;
        return obj;
    }

    public JsonObject ToStorage(JsonObject obj)
    {
        var copy = (JsonObject)obj.DeepClone();
        copy["apiVersion"] = stored;
        return copy;
    }
}
