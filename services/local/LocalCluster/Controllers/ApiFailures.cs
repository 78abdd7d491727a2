using System.Net;
using k8s;
using k8s.Autorest;

namespace Platform.LocalCluster.Controllers;

/// <summary>What a failed request means to a controller.</summary>
public static class ApiFailures
{
    public static bool IsNotFound(this HttpOperationException failure) => failure.Response.StatusCode == HttpStatusCode.NotFound;

    public static bool IsConflict(this HttpOperationException failure) => failure.Response.StatusCode == HttpStatusCode.Conflict;

    public static bool IsForbidden(this HttpOperationException failure) => failure.Response.StatusCode == HttpStatusCode.Forbidden;

    /// <summary>The version that a list or watch asked for is gone from the server's history.</summary>
    public static bool IsExpired(Exception failure) => failure switch
    {
        KubernetesException { Status.Code: 410 } => true,
        HttpOperationException { Response.StatusCode: HttpStatusCode.Gone } => true,
        _ => false,
    };

    /// <summary>The failures that a later attempt may not meet: the server away, busy, or of another opinion.</summary>
    public static bool IsTransient(Exception failure, CancellationToken stopping) => failure switch
    {
        HttpOperationException or HttpRequestException or IOException or KubernetesException or System.Text.Json.JsonException => true,
        OperationCanceledException => !stopping.IsCancellationRequested,
        _ => false,
    };
}
