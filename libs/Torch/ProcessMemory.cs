using System.Diagnostics;
using System.Globalization;

namespace Platform.Torch;

/// <summary>What this process has used of the machine's memory.</summary>
public static class ProcessMemory
{
    /// <summary>The largest resident size so far, in bytes.</summary>
    public static long PeakBytes => OperatingSystem.IsLinux() ? Field("VmHWM:") : Process.GetCurrentProcess().PeakWorkingSet64; // Process does not fill it on all systems

    /// <summary>The resident size now, in bytes.</summary>
    public static long ResidentBytes => OperatingSystem.IsLinux() ? Field("VmRSS:") : Process.GetCurrentProcess().WorkingSet64;

    /// <summary>Reads a line such as "VmHWM:     123456 kB".</summary>
    private static long Field(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.AsSpan(name.Length).Trim()[..^3], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
