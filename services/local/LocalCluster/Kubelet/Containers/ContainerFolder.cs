using System.Text.Json;
using Platform.LocalCluster.Kubelet.Logs;

namespace Platform.LocalCluster.Kubelet.Containers;

/// <summary>
/// What a container has on disk: its working folder, its logs, and a record of every attempt. The record of the start is
/// written before the process exists and that of the end after it: an attempt without an end was cut off by a crash of
/// the platform, and is never taken for one that did not begin.
/// </summary>
public sealed class ContainerFolder(string path)
{
    public string Path => path;

    public string Work => System.IO.Path.Combine(path, "work");

    public string TerminationLog => System.IO.Path.Combine(path, "termination-log");

    public LogFolder Logs { get; } = new(System.IO.Path.Combine(path, "logs"));

    public void Create()
    {
        UnixFiles.CreateFolder(path);
        UnixFiles.CreateFolder(Work);
        File.WriteAllText(TerminationLog, "");
    }

    public void WriteStart(int attempt, DateTimeOffset at) => Write($"{attempt}.start", at);

    public void WriteEnd(int attempt, ContainerEnd end) => Write($"{attempt}.end", end);

    public int? LastAttempt() => !Directory.Exists(path)
        ? null
        : Directory.EnumerateFiles(path, "*.start").Select(file => (int?)int.Parse(System.IO.Path.GetFileNameWithoutExtension(file))).Max();

    public DateTimeOffset ReadStart(int attempt) => Read<DateTimeOffset>($"{attempt}.start");

    public ContainerEnd? ReadEnd(int attempt) => Read<ContainerEnd>($"{attempt}.end");

    private void Write<T>(string name, T value)
    {
        // Renamed into place: a crash leaves the old state or the new one, never half a file.
        var file = System.IO.Path.Combine(path, name);
        File.WriteAllText(file + ".new", JsonSerializer.Serialize(value));
        File.Move(file + ".new", file, overwrite: true);
    }

    private T? Read<T>(string name)
    {
        var file = System.IO.Path.Combine(path, name);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<T>(File.ReadAllText(file)) : default;
        }
        catch (JsonException)
        {
            return default;  // emptied by a power cut: the same as not written
        }
    }
}

/// <summary>How an attempt of a container ended.</summary>
/// <param name="IsDisruption">The platform ended it, not the container itself.</param>
public sealed record ContainerEnd(
    int ExitCode, string Reason, string? Message, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, bool IsDisruption = false);
