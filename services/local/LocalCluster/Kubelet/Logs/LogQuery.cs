namespace Platform.LocalCluster.Kubelet.Logs;

/// <summary>Which part of a log is wanted, as `kubectl logs` asks.</summary>
public sealed record LogQuery
{
    public bool Follow { get; init; }

    public bool Timestamps { get; init; }

    public bool Previous { get; init; }

    public int? TailLines { get; init; }

    public DateTimeOffset? Since { get; init; }

    public long? LimitBytes { get; init; }

    /// <summary>stdout or stderr; null: both.</summary>
    public string? Stream { get; init; }
}
