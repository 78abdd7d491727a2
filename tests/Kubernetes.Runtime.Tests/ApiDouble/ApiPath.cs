using System.Collections.Specialized;
using System.Web;

namespace Platform.Kubernetes.Runtime.Tests.ApiDouble;

/// <summary>What a request's address names.</summary>
public sealed record ApiPath(string Plural, string Namespace, string? Name, string? Subresource, NameValueCollection Query)
{
    public static ApiPath Parse(Uri address)
    {
        var parts = address.AbsolutePath.Trim('/').Split('/').Skip(address.AbsolutePath.StartsWith("/apis/", StringComparison.Ordinal) ? 3 : 2).ToList();
        var inNamespace = "";
        if (parts is ["namespaces", var named, _, ..]) (inNamespace, parts) = (named, parts[2..]);
        return new(parts[0], inNamespace, parts.ElementAtOrDefault(1), parts.ElementAtOrDefault(2), HttpUtility.ParseQueryString(address.Query));
    }

    public static ApiPath Of(string plural, string inNamespace, string name) => new(plural, inNamespace, name, null, []);

    public bool Selects(System.Text.Json.Nodes.JsonObject entity)
    {
        var labels = entity["metadata"]?["labels"]?.AsObject();
        return (Query["labelSelector"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).All(term => term.Split('=') switch
        {
            [var key] => labels?.ContainsKey(key) == true,
            [var key, var value] => labels?[key]?.ToString() == value,
            _ => false,
        });
    }
}
