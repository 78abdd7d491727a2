using System.Diagnostics;
using System.Globalization;

namespace Platform.Torch;

/// <summary>What this process has used of the machine's memory.</summary>
public static class ProcessMemory
{
    private const string PeakField = "VmHWM:";

    /// <summary>The largest resident size so far, in bytes.</summary>
    public static long PeakBytes
    {
        get
        {
            if (!OperatingSystem.IsLinux()) return Process.GetCurrentProcess().PeakWorkingSet64;

            // "VmHWM:     123456 kB"; Process does not fill PeakWorkingSet64 on all systems.
            var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(PeakField, StringComparison.Ordinal));
            return 1024 * long.Parse(line.AsSpan(PeakField.Length).Trim()[..^3], NumberStyles.None, CultureInfo.InvariantCulture);
        }
    }
}
