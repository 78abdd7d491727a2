using System.Globalization;
using k8s.Models;
using Platform.LocalCluster.Kubelet.Containers;
using Platform.LocalCluster.Kubelet.Limits;
using Platform.LocalCluster.Kubelet.Nodes;
using Platform.LocalCluster.Kubelet.Processes;
using Platform.LocalCluster.Kubelet.Volumes;

namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>Turns a container's description into what to run on this machine.</summary>
public sealed class ContainerLauncher(PodContext context, V1Pod pod, VolumeFolders volumes, DownwardFields fields)
{
    private readonly ContainerEnvironment _environment = new(
        new ReferencedObjects(context.Client, pod.Metadata.NamespaceProperty), fields, context.Options.InheritedVariables);

    /// <returns>Null when this node has no such image.</returns>
    /// <exception cref="ContainerConfigException">Something that the container refers to is missing.</exception>
    public async Task<ProcessLaunch?> PrepareAsync(ContainerSlot slot, CancellationToken cancel)
    {
        var container = slot.Spec;
        if (context.Images.Find(container.Image, container.Command is { Count: > 0 }) is not { } entryPoint)
        {
            return null;
        }

        var variables = await _environment.BuildAsync(pod, container, cancel);
        var paths = new MountPaths(container, volumes.FolderOf, text => VariableExpansion.Expand(text, variables), slot.Folder.TerminationLog);
        IEnumerable<string> command = container.Command is { Count: > 0 } given ? given : entryPoint;
        var line = command.Concat(container.Args ?? []).Select(part => paths.Rewrite(VariableExpansion.Expand(part, variables))).ToList();
        AddDevices(slot, variables);
        AddProcessorLimit(container, variables);
        return new ProcessLaunch(
            line,
            variables.ToDictionary(entry => entry.Key, entry => paths.Rewrite(entry.Value)),
            WorkingFolder(slot, paths),
            context.MarkOf(pod.Metadata.Uid, container.Name))
        {
            Limits = new ResourceLimits(Limit(container, "memory") is { } bytes ? (long)bytes : null, Limit(container, "cpu"), context.Options.PodPidsLimit),
        };
    }

    private static string WorkingFolder(ContainerSlot slot, MountPaths paths)
    {
        if (slot.Spec.WorkingDir is not { Length: > 0 } wanted)
        {
            return slot.Folder.Work;
        }

        // A folder of an image does not exist here; one of a volume or of the machine does.
        var folder = paths.Rewrite(wanted);
        return Directory.Exists(folder) ? folder : slot.Folder.Work;
    }

    private void AddDevices(ContainerSlot slot, Dictionary<string, string> variables)
    {
        if (context.Gpus.Count == 0)
        {
            return;
        }

        var wanted = (int)(Limit(slot.Spec, GpuPool.ResourceName) ?? 0);
        var devices = context.Gpus.Take($"{pod.Metadata.Uid}/{slot.Spec.Name}", wanted)
            ?? throw new ContainerConfigException($"insufficient {GpuPool.ResourceName}: {wanted} wanted");
        variables["CUDA_VISIBLE_DEVICES"] = string.Join(',', devices);
        variables["NVIDIA_VISIBLE_DEVICES"] = devices.Count > 0 ? string.Join(',', devices) : "void";
        // Else CUDA counts the fastest first, and the driver's folder by bus.
        variables["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID";
    }

    // Without a control group nothing enforces a CPU limit; with one, threads beyond it only get into each other's way.
    private static void AddProcessorLimit(V1Container container, Dictionary<string, string> variables)
    {
        if (Limit(container, "cpu") is not { } limit || Math.Ceiling(limit) >= Environment.ProcessorCount)
        {
            return;
        }

        var processors = Math.Max(1, (int)Math.Ceiling(limit));
        variables.TryAdd("DOTNET_PROCESSOR_COUNT", $"0x{processors:x}");  // older runtimes read it as hexadecimal
        variables.TryAdd("OMP_NUM_THREADS", processors.ToString(CultureInfo.InvariantCulture));
    }

    private static decimal? Limit(V1Container container, string resource) =>
        container.Resources?.Limits?.TryGetValue(resource, out var quantity) == true ? quantity.ToDecimal() : null;
}
