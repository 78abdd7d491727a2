using System.Net;
using k8s;
using k8s.Models;

namespace Platform.Kubernetes.Runtime;

/// <summary>The API server refused a request.</summary>
public sealed class ApiStatusException(HttpStatusCode code, string reason, string message) : Exception(message)
{
    public HttpStatusCode Code { get; } = code;
    public string Reason { get; } = reason;

    public bool IsNotFound => Code == HttpStatusCode.NotFound;
    public bool IsConflict => Code == HttpStatusCode.Conflict && Reason != "AlreadyExists";
    public bool AlreadyExists => Code == HttpStatusCode.Conflict && Reason == "AlreadyExists";
    public bool IsGone => Code == HttpStatusCode.Gone;
    public bool IsInvalid => Code == HttpStatusCode.UnprocessableEntity;

    internal static ApiStatusException Of(HttpStatusCode code, string body)
    {
        try
        {
            if (KubernetesJson.Deserialize<V1Status>(body) is { Message: { } message } status)
                return new(status.Code is { } number ? (HttpStatusCode)number : code, status.Reason ?? "", message);
        }
        catch (System.Text.Json.JsonException)
        {
            // Proxies and old paths answer in plain text.
        }

        return new(code, "", $"{(int)code}: {(body.Length > 500 ? body[..500] : body)}");
    }
}
