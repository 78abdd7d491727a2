namespace Platform.LocalCluster.Controllers.Jobs;

/// <summary>How fast Jobs retry; the defaults are those of Kubernetes.</summary>
public sealed class JobControllerOptions
{
    /// <summary>The wait before the first replacement of a failed pod; it doubles with every further failure in a row.</summary>
    public TimeSpan PodBackOff { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan LongestPodBackOff { get; set; } = TimeSpan.FromMinutes(10);

    public int Workers { get; set; } = 4;
}
