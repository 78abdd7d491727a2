using System.Runtime.InteropServices;

namespace Platform.LocalCluster.Kubelet.Limits;

/// <summary>What the kernel keeps per process where there is no group: a stop for data that grows all at once, and who goes first when memory is short.</summary>
public static class ProcessLimits
{
    private const int DataSegment = 2;  // RLIMIT_DATA
    private const string ContainersFirst = "800";  // of 1000

    // Private writable memory counts before it is touched, the stacks of idle threads too: far above the limit, so that
    // only what would run over the machine between two looks at the processes is refused.
    private const ulong Spare = 1UL << 30;

    public static ulong DataLimit(long memoryLimit) => ((ulong)memoryLimit * 4) + Spare;

    public static void Apply(int process, long? memoryLimit)
    {
        if (memoryLimit is { } bytes)
        {
            var limit = new Limit { Soft = DataLimit(bytes), Hard = DataLimit(bytes) };
            _ = SetLimit(process, DataSegment, limit, IntPtr.Zero);
        }

        try
        {
            File.WriteAllText($"/proc/{process}/oom_score_adj", ContainersFirst);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It ended already.
        }
    }

    [DllImport("libc", EntryPoint = "prlimit")]
    private static extern int SetLimit(int process, int resource, in Limit limit, IntPtr old);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
