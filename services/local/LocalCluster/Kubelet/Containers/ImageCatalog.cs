namespace Platform.LocalCluster.Kubelet.Containers;

/// <summary>What an image means on a machine without images: a command to run.</summary>
public sealed class ImageCatalog(ProcessKubeletOptions options)
{
    /// <returns>The entry point; empty: the container's own command is run as it is; null: there is no such image.</returns>
    public IReadOnlyList<string>? Find(string image, bool hasCommand)
    {
        foreach (var name in new[] { image, WithoutVersion(image) })
        {
            if (options.Images.TryGetValue(name, out var entryPoint))
            {
                return entryPoint;
            }
        }

        return hasCommand && options.RunsUnknownImages ? [] : null;
    }

    private static string WithoutVersion(string image)
    {
        var name = image.Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;  // a colon before a slash is a port
    }
}
