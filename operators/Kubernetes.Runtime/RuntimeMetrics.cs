using System.Diagnostics.Metrics;

namespace Platform.Kubernetes.Runtime;

/// <summary>The measurements that controller-runtime makes, under its names, so that its dashboards and alerts apply.</summary>
public static class RuntimeMetrics
{
    /// <summary>The meter to export.</summary>
    public const string MeterName = "Platform.Kubernetes.Runtime";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("rest_client_requests_total");
    private static readonly Histogram<double> RequestSeconds = Meter.CreateHistogram<double>("rest_client_request_duration_seconds");
    private static readonly Counter<long> Reconciles = Meter.CreateCounter<long>("controller_runtime_reconcile_total");
    private static readonly Counter<long> ReconcileErrors = Meter.CreateCounter<long>("controller_runtime_reconcile_errors_total");
    private static readonly Histogram<double> ReconcileSeconds = Meter.CreateHistogram<double>("controller_runtime_reconcile_time_seconds");
    private static readonly UpDownCounter<long> ActiveWorkers = Meter.CreateUpDownCounter<long>("controller_runtime_active_workers");
    private static readonly Counter<long> QueueAdds = Meter.CreateCounter<long>("workqueue_adds_total");
    private static readonly Counter<long> QueueRetries = Meter.CreateCounter<long>("workqueue_retries_total");
    private static readonly UpDownCounter<long> QueueDepth = Meter.CreateUpDownCounter<long>("workqueue_depth");
    private static readonly Histogram<double> QueueSeconds = Meter.CreateHistogram<double>("workqueue_queue_duration_seconds");
    private static readonly Histogram<double> WorkSeconds = Meter.CreateHistogram<double>("workqueue_work_duration_seconds");
    private static readonly UpDownCounter<long> Leader = Meter.CreateUpDownCounter<long>("leader_election_master_status");
    private static readonly Counter<long> WatchRestarts = Meter.CreateCounter<long>("informer_watch_restarts_total");
    private static readonly Counter<long> EventsLost = Meter.CreateCounter<long>("event_recorder_lost_total");

    internal static void Request(string method, int code, TimeSpan took)
    {
        Requests.Add(1, new("method", method), new("code", code));
        RequestSeconds.Record(took.TotalSeconds, new KeyValuePair<string, object?>("verb", method));
    }

    internal static void Started(string controller) => ActiveWorkers.Add(1, new KeyValuePair<string, object?>("controller", controller));

    internal static void Finished(string controller, string result, TimeSpan took)
    {
        ActiveWorkers.Add(-1, new KeyValuePair<string, object?>("controller", controller));
        Reconciles.Add(1, new("controller", controller), new("result", result));
        if (result == "error") ReconcileErrors.Add(1, new KeyValuePair<string, object?>("controller", controller));
        ReconcileSeconds.Record(took.TotalSeconds, new KeyValuePair<string, object?>("controller", controller));
    }

    internal static void Added(string queue)
    {
        QueueAdds.Add(1, new KeyValuePair<string, object?>("name", queue));
        QueueDepth.Add(1, new KeyValuePair<string, object?>("name", queue));
    }

    internal static void Taken(string queue, TimeSpan waited)
    {
        QueueDepth.Add(-1, new KeyValuePair<string, object?>("name", queue));
        QueueSeconds.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("name", queue));
    }

    internal static void Worked(string queue, TimeSpan took) => WorkSeconds.Record(took.TotalSeconds, new KeyValuePair<string, object?>("name", queue));

    internal static void Retried(string queue) => QueueRetries.Add(1, new KeyValuePair<string, object?>("name", queue));

    internal static void Leading(string name, bool leads) => Leader.Add(leads ? 1 : -1, new KeyValuePair<string, object?>("name", name));

    internal static void WatchRestarted(string kind, string why) => WatchRestarts.Add(1, new("kind", kind), new("why", why));

    internal static void EventLost() => EventsLost.Add(1);
}
