using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using k8s.Models;

namespace Platform.LocalCluster.Kubelet.Nodes;

/// <summary>What this machine offers and is.</summary>
public static class Machine
{
    private const int MostPods = 110;  // as a kubelet says unless told otherwise

    public static Dictionary<string, ResourceQuantity> Capacity(int gpus, string rootFolder)
    {
        var capacity = new Dictionary<string, ResourceQuantity>
        {
            ["cpu"] = new(Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
            ["memory"] = new($"{MemoryKibibytes()}Ki"),
            ["pods"] = new(MostPods.ToString(CultureInfo.InvariantCulture)),
            ["ephemeral-storage"] = new($"{new DriveInfo(rootFolder).TotalSize / 1024}Ki"),
        };
        if (gpus > 0)
        {
            capacity[GpuPool.ResourceName] = new(gpus.ToString(CultureInfo.InvariantCulture));
        }

        return capacity;
    }

    public static V1NodeSystemInfo Describe(string kubeletVersion) => new()
    {
        Architecture = ArchitectureName,
        OperatingSystem = "linux",
        KernelVersion = Environment.OSVersion.Version.ToString(),
        OsImage = RuntimeInformation.OSDescription,
        ContainerRuntimeVersion = "process://1.0.0",
        KubeletVersion = kubeletVersion,
        KubeProxyVersion = "",
        MachineID = FirstLine("/etc/machine-id"),
        BootID = FirstLine("/proc/sys/kernel/random/boot_id"),
        SystemUUID = FirstLine("/etc/machine-id"),
    };

    /// <summary>The address of this machine that faces a server: loopback for a server on loopback.</summary>
    public static IPAddress AddressTowards(Uri server)
    {
        try
        {
            // Nothing is sent: connecting a datagram socket only looks up the route.
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(server.Host, server.Port);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return IPAddress.Loopback;
        }
    }

    public static string ArchitectureName => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "amd64",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static long MemoryKibibytes()
    {
        var line = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static string FirstLine(string file) => File.Exists(file) ? File.ReadLines(file).FirstOrDefault() ?? "" : "";
}
