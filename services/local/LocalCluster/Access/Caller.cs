using System.Text.Json.Nodes;

namespace Platform.LocalCluster.Access;

/// <summary>Who makes a request, as a token says.</summary>
public sealed record Caller(string Name, string Uid, IReadOnlyList<string> Groups)
{
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["username"] = Name };
        if (Uid.Length > 0) json["uid"] = Uid;
        json["groups"] = new JsonArray([.. Groups.Select(g => (JsonNode)g)]);
        return json;
    }
}
