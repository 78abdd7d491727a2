using k8s.Models;
using Platform.LocalCluster.Kubelet.Containers;

namespace Platform.LocalCluster.Kubelet.Volumes;

/// <summary>The volumes of a pod as folders: made before its first container, config maps and secrets refreshed while it runs.</summary>
public sealed class VolumeFolders(V1Pod pod, string root, ReferencedObjects objects, DownwardFields fields, ServiceAccountTokens tokens)
{
    public string FolderOf(string volume)
    {
        var spec = pod.Spec.Volumes?.FirstOrDefault(other => other.Name == volume)
            ?? throw new ContainerConfigException($"volume \"{volume}\" is not among the pod's volumes");
        return spec.HostPath?.Path is { } path ? Path.TrimEndingDirectorySeparator(path) : Path.Combine(root, volume);
    }

    /// <exception cref="MountException">A volume cannot be made now.</exception>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        foreach (var volume in pod.Spec.Volumes ?? [])
        {
            var (files, mode) = await ContentsAsync(volume, cancel);
            if (volume.HostPath is { } host)
            {
                PrepareHostPath(volume.Name, host);
                continue;
            }

            var folder = FolderOf(volume.Name);
            UnixFiles.CreateFolder(folder);
            if (files is not null)
            {
                FolderContents.Write(folder, files, mode);
            }
        }
    }

    private async Task<(IReadOnlyDictionary<string, VolumeFile>? Files, int Mode)> ContentsAsync(V1Volume volume, CancellationToken cancel)
    {
        switch (volume)
        {
            case { EmptyDir: not null } or { HostPath: not null }:
                return (null, 0);
            case { ConfigMap: { } map }:
                var values = await objects.ConfigMapAsync(map.Name, cancel) ?? Missing(volume.Name, map.Optional, $"configmap \"{map.Name}\" not found");
                return (VolumeFile.Select(volume.Name, values, map.Items, map.Optional), map.DefaultMode ?? 420);
            case { Secret: { } secret }:
                var data = await objects.SecretAsync(secret.SecretName, cancel) ?? Missing(volume.Name, secret.Optional, $"secret \"{secret.SecretName}\" not found");
                return (VolumeFile.Select(volume.Name, data, secret.Items, secret.Optional), secret.DefaultMode ?? 420);
            case { DownwardAPI: { } downward }:
                return (Downward(downward.Items), downward.DefaultMode ?? 420);
            case { Projected: { } projected }:
                Dictionary<string, VolumeFile> all = [];
                foreach (var source in projected.Sources ?? [])
                {
                    foreach (var (path, file) in await ProjectedAsync(volume.Name, source, cancel))
                    {
                        all[path] = file;
                    }
                }

                return (all, projected.DefaultMode ?? 420);
            default:
                throw new MountException(
                    volume.Name, "this node mounts emptyDir, hostPath, configMap, secret, downwardAPI and projected volumes only");
        }
    }

    private async Task<IReadOnlyDictionary<string, VolumeFile>> ProjectedAsync(string volume, V1VolumeProjection source, CancellationToken cancel)
    {
        switch (source)
        {
            case { ConfigMap: { } map }:
                // Every pod's token volume names this one, which only OpenShift has.
                var optional = map.Optional == true || map.Name == "openshift-service-ca.crt";
                var values = await objects.ConfigMapAsync(map.Name, cancel) ?? Missing(volume, optional, $"configmap \"{map.Name}\" not found");
                return VolumeFile.Select(volume, values, map.Items, optional);
            case { Secret: { } secret }:
                var data = await objects.SecretAsync(secret.Name, cancel) ?? Missing(volume, secret.Optional, $"secret \"{secret.Name}\" not found");
                return VolumeFile.Select(volume, data, secret.Items, secret.Optional);
            case { DownwardAPI: { } downward }:
                return Downward(downward.Items);
            case { ServiceAccountToken: { } token }:
                return new Dictionary<string, VolumeFile>
                {
                    // Whatever the volume's mode is: a token is for its owner alone.
                    [token.Path] = new(await tokens.GetAsync(pod, token, cancel), 384),
                };
            default:
                throw new MountException(volume, "a projected source is none of configMap, secret, downwardAPI and serviceAccountToken");
        }
    }

    private Dictionary<string, VolumeFile> Downward(IList<V1DownwardAPIVolumeFile>? items) => (items ?? []).ToDictionary(
        item => item.Path,
        item => new VolumeFile(
            System.Text.Encoding.UTF8.GetBytes(item.FieldRef is { } field
                ? fields.Field(field.FieldPath)
                : fields.Resource(item.ResourceFieldRef, pod.Spec.Containers[0])),
            item.Mode));

    private static void PrepareHostPath(string volume, V1HostPathVolumeSource host)
    {
        switch (host.Type)
        {
            case "DirectoryOrCreate":
                Directory.CreateDirectory(host.Path);
                break;
            case "FileOrCreate" when !File.Exists(host.Path):
                File.WriteAllText(host.Path, "");
                break;
            case "Directory" when !Directory.Exists(host.Path):
                throw new MountException(volume, $"hostPath type check failed: {host.Path} is not a directory");
            case "File" when !File.Exists(host.Path):
                throw new MountException(volume, $"hostPath type check failed: {host.Path} is not a file");
        }
    }

    private static Dictionary<string, byte[]> Missing(string volume, bool? optional, string problem) =>
        optional == true ? [] : throw new MountException(volume, problem);
}

/// <summary>A volume cannot be made; another attempt may succeed.</summary>
public sealed class MountException(string volume, string problem)
    : Exception($"MountVolume.SetUp failed for volume \"{volume}\" : {problem}");
