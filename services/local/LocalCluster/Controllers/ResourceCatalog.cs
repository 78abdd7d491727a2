using k8s;
using k8s.Models;

namespace Platform.LocalCluster.Controllers;

/// <summary>The kinds a server serves at the moment, read from its discovery.</summary>
public sealed class ResourceCatalog(IKubernetes client)
{
    private static readonly string[] NeededVerbs = ["list", "watch", "delete"];

    private volatile IReadOnlyList<ResourceType> _known = [];

    /// <summary>Every kind that can be listed, watched and deleted, each in its preferred version, as last read.</summary>
    public IReadOnlyList<ResourceType> Known => _known;

    public ResourceType? Find(string apiVersion, string kind)
    {
        var group = apiVersion.Contains('/') ? apiVersion[..apiVersion.IndexOf('/')] : "";
        return _known.FirstOrDefault(resource => resource.Group == group && resource.Kind == kind);
    }

    public async Task<IReadOnlyList<ResourceType>> ReadAsync(CancellationToken cancel)
    {
        List<ResourceType> found = [.. Of("", "v1", await client.CoreV1.GetAPIResourcesAsync(cancel))];
        var groups = await client.Apis.GetAPIVersionsAsync(cancel);
        foreach (var group in groups.Groups)
        {
            var version = (group.PreferredVersion ?? group.Versions[0]).Version;
            found.AddRange(Of(group.Name, version, await client.CustomObjects.GetAPIResourcesAsync(group.Name, version, cancel)));
        }

        return _known = found;
    }

    private static IEnumerable<ResourceType> Of(string group, string version, V1APIResourceList list) => list.Resources
        .Where(resource => !resource.Name.Contains('/') && NeededVerbs.All(verb => resource.Verbs.Contains(verb)))
        .Select(resource => new ResourceType(group, version, resource.Name, resource.Kind, resource.Namespaced));
}
