namespace Platform.Kubernetes.Runtime;

/// <summary>How an operator watches, retries and elects its leader. The defaults are controller-runtime's.</summary>
public sealed record OperatorOptions
{
    /// <summary>Name of the operator: of its lease, its events and its field manager.</summary>
    public string Name { get; set; } = "operator";

    /// <summary>The namespace to watch; null means all.</summary>
    public string? Namespace { get; set; }

    /// <summary>How many objects are reconciled at a time.</summary>
    public int Workers { get; set; } = 4;

    /// <summary>Every object is looked at again after this long, changed or not.</summary>
    public TimeSpan ResyncPeriod { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A watch that says nothing for this long, not even a bookmark, is taken for dead. Servers send one a minute.</summary>
    public TimeSpan WatchSilence { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Delay of the first retry; it doubles with every further one.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromMilliseconds(5);

    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether only the holder of the lease works. A lone local operator needs none.</summary>
    public bool LeaderElection { get; set; } = true;

    /// <summary>Namespace of the lease.</summary>
    public string LeaseNamespace { get; set; } = "default";

    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);
    public TimeSpan RenewDeadline { get; set; } = TimeSpan.FromSeconds(10);
    public TimeSpan RetryPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>This process in the lease.</summary>
    public string Identity { get; set; } = $"{Environment.MachineName}_{Guid.NewGuid():N}";
}
