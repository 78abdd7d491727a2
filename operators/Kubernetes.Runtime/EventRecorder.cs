using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Platform.Kubernetes.Runtime;

/// <summary>
/// Records what happened to an object, for <c>kubectl describe</c>. The same fact told again, also by another process,
/// raises the count of the one event instead of adding another.
/// </summary>
public sealed partial class EventRecorder(IKubernetes client, OperatorOptions options, TimeProvider time, ILogger<EventRecorder> logger)
{
    private const int LongestMessage = 1024;
    private readonly ResourceApi<Corev1Event> _events = new(client);

    /// <summary>Never fails its caller: an event that cannot be written is counted and dropped.</summary>
    /// <param name="regarding">The object.</param>
    /// <param name="warning">Whether a person should look.</param>
    /// <param name="reason">One CamelCase word.</param>
    /// <param name="message">For people; cut to 1024 bytes.</param>
    /// <param name="cancellation">Ends the request.</param>
    public async Task RecordAsync(IKubernetesObject<V1ObjectMeta> regarding, bool warning, string reason, string message, CancellationToken cancellation)
    {
        try
        {
            await WriteAsync(regarding, warning ? "Warning" : "Normal", reason, Cut(message), cancellation);
        }
        catch (Exception problem) when (problem is HttpRequestException or ApiStatusException or IOException)
        {
            RuntimeMetrics.EventLost();
            LogLost(reason, problem.Message);
        }
    }

    private async Task WriteAsync(IKubernetesObject<V1ObjectMeta> regarding, string type, string reason, string message, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var key = new ObjectKey(regarding.Metadata.NamespaceProperty ?? "default", NameOf(regarding, type, reason, message));
        try
        {
            await _events.CreateAsync(New(regarding, key, type, reason, message, now), cancellation);
        }
        catch (ApiStatusException refused) when (refused.AlreadyExists)
        {
            if (await _events.GetAsync(key, cancellation) is not { } known) return;
            known.Count = (known.Count ?? 1) + 1;
            known.LastTimestamp = now;
            await _events.ReplaceAsync(known, cancellation);
        }
    }

    private Corev1Event New(IKubernetesObject<V1ObjectMeta> regarding, ObjectKey key, string type, string reason, string message, DateTime now) => new()
    {
        ApiVersion = "v1",
        Kind = "Event",
        Metadata = new() { Name = key.Name, NamespaceProperty = key.Namespace },
        InvolvedObject = new()
        {
            ApiVersion = regarding.ApiVersion,
            Kind = regarding.Kind,
            Name = regarding.Metadata.Name,
            NamespaceProperty = regarding.Metadata.NamespaceProperty,
            Uid = regarding.Metadata.Uid,
            ResourceVersion = regarding.Metadata.ResourceVersion,
        },
        Type = type,
        Reason = reason,
        Message = message,
        Count = 1,
        FirstTimestamp = now,
        LastTimestamp = now,
        Source = new() { Component = options.Name },
        ReportingComponent = options.Name,
        ReportingInstance = "",
    };

    // The generation is part of the fact: suspending twice is two facts, being told twice of one suspension is not.
    private static string NameOf(IKubernetesObject<V1ObjectMeta> regarding, string type, string reason, string message)
    {
        var fact = $"{regarding.Metadata.Uid}\n{regarding.Metadata.Generation}\n{type}\n{reason}\n{message}";
        return $"{regarding.Metadata.Name}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fact)))[..16]}";
    }

    private static string Cut(string message)
    {
        if (Encoding.UTF8.GetByteCount(message) <= LongestMessage) return message;
        var length = Math.Min(message.Length, LongestMessage - 3);
        while (Encoding.UTF8.GetByteCount(message.AsSpan(0, length)) > LongestMessage - 3) length--;
        return message[..length] + "...";
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event {Reason} was lost: {Why}")]
    private partial void LogLost(string reason, string why);
}
