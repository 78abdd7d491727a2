using System.Globalization;
using System.Text;

namespace Platform.LocalCluster.Kubelet.Processes;

/// <summary>
/// The machine's processes as /proc shows them. A container's processes carry its mark in their environment, which their
/// children inherit: so all of them are found, also those that left the process group, and after a crash of the platform.
/// </summary>
public static class ProcessTable
{
    public const string MarkVariable = "LOCALCLUSTER_CONTAINER";

    private static readonly byte[] MarkPrefix = Encoding.UTF8.GetBytes(MarkVariable + "=");

    /// <summary>All living processes whose mark begins with the prefix.</summary>
    public static IReadOnlyList<int> FindMarked(string markPrefix)
    {
        var wanted = Encoding.UTF8.GetBytes(markPrefix);
        return [.. All().Where(pid => MarkOf(pid) is { } mark && mark.AsSpan().StartsWith(wanted))];
    }

    /// <summary>Kills every marked process until none is left: what forks meanwhile is found by the next look.</summary>
    public static async Task<int> SweepAsync(string markPrefix, TimeProvider time)
    {
        var killed = 0;
        for (var round = 0; round < 50; round++)
        {
            var found = FindMarked(markPrefix).Where(pid => pid != Environment.ProcessId).ToList();
            if (found.Count == 0)
            {
                break;
            }

            foreach (var pid in found)
            {
                Signals.Send(pid, Signals.Kill);
            }

            killed = Math.Max(killed, found.Count);
            await Task.Delay(TimeSpan.FromMilliseconds(20), time);
        }

        return killed;
    }

    /// <summary>Anonymous and shared memory, in bytes, of all processes of a session; files that are mapped do not count.</summary>
    public static long MemoryOfSession(int session) => All().Where(pid => SessionOf(pid) == session).Sum(MemoryOf);

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0);

    private static byte[]? MarkOf(int pid)
    {
        if (Read($"/proc/{pid}/environ") is not { Length: > 0 } environment)
        {
            return null;
        }

        for (var rest = environment.AsSpan(); rest.Length > 0;)
        {
            var end = rest.IndexOf((byte)0);
            var variable = end < 0 ? rest : rest[..end];
            if (variable.StartsWith(MarkPrefix))
            {
                return variable[MarkPrefix.Length..].ToArray();
            }

            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return null;
    }

    /// <returns>-1 when there is no such process.</returns>
    public static int ParentOf(int pid) => StatOf(pid, 1);

    private static int SessionOf(int pid) => StatOf(pid, 3);

    private static int StatOf(int pid, int field)
    {
        // pid (name) state ppid pgrp session …; the name may hold anything, so count from its last parenthesis.
        if (Read($"/proc/{pid}/stat") is not { } bytes)
        {
            return -1;
        }

        var text = Encoding.UTF8.GetString(bytes);
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return fields.Length > field && int.TryParse(fields[field], CultureInfo.InvariantCulture, out var value) ? value : -1;
    }

    private static long MemoryOf(int pid)
    {
        if (Read($"/proc/{pid}/status") is not { } bytes)
        {
            return 0;
        }

        long kibibytes = 0;
        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            if (line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("RssShmem:", StringComparison.Ordinal))
            {
                var digits = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1];
                kibibytes += long.Parse(digits, CultureInfo.InvariantCulture);
            }
        }

        return kibibytes * 1024;
    }

    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;  // it ended meanwhile, or belongs to someone else
        }
    }
}
