using Platform.LocalCluster.Controllers.Jobs;

namespace Platform.LocalCluster.Controllers;

/// <summary>How the controllers of an embedded cluster work.</summary>
public sealed class LocalControllersOptions
{
    public JobControllerOptions Jobs { get; set; } = new();
}
