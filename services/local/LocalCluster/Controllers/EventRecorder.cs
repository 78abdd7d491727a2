using System.Threading.Channels;
using k8s;
using k8s.Models;

namespace Platform.LocalCluster.Controllers;

/// <summary>
/// Writes Events in the order they were recorded, from one task, so that no work waits for or fails on one. The same
/// event again raises the count of the first instead of adding an object.
/// </summary>
public sealed partial class EventRecorder(IKubernetes client, string component, TimeProvider time, ILogger logger)
{
    private const int RememberedEvents = 4096;

    private readonly Channel<Corev1Event> _events = Channel.CreateBounded<Corev1Event>(
        new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropNewest });

    private readonly Dictionary<(string Uid, string Path, string Reason, string Message), (string Name, int Count)> _written = [];
    private long _sequence;

    public string? Host { get; init; }

    public void Normal(IKubernetesObject<V1ObjectMeta> about, string reason, string message, string? fieldPath = null) =>
        Record(about, "Normal", reason, message, fieldPath);

    public void Warning(IKubernetesObject<V1ObjectMeta> about, string reason, string message, string? fieldPath = null) =>
        Record(about, "Warning", reason, message, fieldPath);

    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var item in _events.Reader.ReadAllAsync(stopping))
            {
                try
                {
                    await WriteAsync(item, stopping);
                }
                catch (Exception failure) when (ApiFailures.IsTransient(failure, stopping))
                {
                    // An event is a courtesy: a namespace that is going away refuses it, a server that is away loses it.
                    LogLost(item.Reason, failure.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private void Record(IKubernetesObject<V1ObjectMeta> about, string type, string reason, string message, string? fieldPath)
    {
        var now = Timestamps.Now(time);
        // Unique without asking the server: the clock, and a count for events within one tick.
        var suffix = (time.GetUtcNow().UtcTicks + Interlocked.Increment(ref _sequence)).ToString("x16");
        _events.Writer.TryWrite(new Corev1Event
        {
            Metadata = new V1ObjectMeta
            {
                Name = $"{about.Metadata.Name}.{suffix}",
                NamespaceProperty = about.Metadata.NamespaceProperty ?? "default",
            },
            InvolvedObject = new V1ObjectReference
            {
                ApiVersion = about.ApiVersion,
                Kind = about.Kind,
                Name = about.Metadata.Name,
                NamespaceProperty = about.Metadata.NamespaceProperty,
                Uid = about.Metadata.Uid,
                ResourceVersion = about.Metadata.ResourceVersion,
                FieldPath = fieldPath,
            },
            Type = type,
            Reason = reason,
            Message = message.Length > 1024 ? message[..1024] : message,
            Source = new V1EventSource { Component = component, Host = Host },
            ReportingComponent = component,
            ReportingInstance = Host ?? "",
            FirstTimestamp = now,
            LastTimestamp = now,
            Count = 1,
        });
    }

    private async Task WriteAsync(Corev1Event item, CancellationToken cancel)
    {
        var key = (item.InvolvedObject.Uid, item.InvolvedObject.FieldPath ?? "", item.Reason, item.Message);
        if (_written.TryGetValue(key, out var earlier))
        {
            try
            {
                var patch = new { count = earlier.Count + 1, lastTimestamp = item.LastTimestamp };
                await client.CoreV1.PatchNamespacedEventAsync(
                    new V1Patch(patch, V1Patch.PatchType.MergePatch), earlier.Name, item.Metadata.NamespaceProperty, cancellationToken: cancel);
                _written[key] = (earlier.Name, earlier.Count + 1);
                return;
            }
            catch (k8s.Autorest.HttpOperationException failure) when (failure.IsNotFound())
            {
                // It expired or was deleted; a new one takes its place.
            }
        }

        if (_written.Count >= RememberedEvents)
        {
            _written.Clear();
        }

        await client.CoreV1.CreateNamespacedEventAsync(item, item.Metadata.NamespaceProperty, cancellationToken: cancel);
        _written[key] = (item.Metadata.Name, 1);
    }

    [LoggerMessage(LogLevel.Debug, "The event {Reason} could not be written: {Failure}")]
    private partial void LogLost(string reason, string failure);
}
