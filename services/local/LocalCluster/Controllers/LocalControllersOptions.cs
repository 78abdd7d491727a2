using Platform.LocalCluster.Controllers.Jobs;

namespace Platform.LocalCluster.Controllers;

/// <summary>How the controllers of an embedded cluster work.</summary>
public sealed class LocalControllersOptions
{
    public JobControllerOptions Jobs { get; set; } = new();

    /// <summary>Whether namespaces are filled and emptied here; off for a server that does so itself.</summary>
    public bool Namespaces { get; set; } = true;

    /// <summary>PEM text for `kube-root-ca.crt` in every namespace; null: none is made.</summary>
    public string? RootCertificate { get; set; }
}
