using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Handlers;

/// <summary>What every handler works with.</summary>
public sealed record Cluster(ObjectStore Store, ResourceRegistry Registry, TimeProvider Clock)
{
    /// <summary>The time as metadata writes it, in whole seconds.</summary>
    public string Now() => Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
