namespace Platform.LocalCluster.ApiServer;

/// <summary>How to start an embedded Kubernetes API.</summary>
public sealed class LocalApiServerOptions
{
    /// <summary>Where objects, keys and tokens are kept; made if it is missing, readable by its owner only.</summary>
    public required string DataFolder { get; set; }

    /// <summary>The loopback port; 0 takes a free one, the same again at the next start where that is still free.</summary>
    public int Port { get; set; }

    /// <summary>Where to write the kubeconfig; by default `kubeconfig` in the data folder.</summary>
    public string? KubeconfigPath { get; set; }
}
