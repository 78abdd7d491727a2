using System.Runtime.InteropServices;

namespace Platform.LocalCluster.Kubelet.Processes;

/// <summary>Signals to processes and process groups.</summary>
public static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends to the whole group that <paramref name="leader"/> leads; before it leads one, to itself.</summary>
    public static void SendToGroup(int leader, int signal)
    {
        if (SendSignal(-leader, signal) != 0)
        {
            _ = SendSignal(leader, signal);
        }
    }

    public static void Send(int process, int signal) => _ = SendSignal(process, signal);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
