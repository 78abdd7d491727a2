using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Kubelet.Limits;

/// <summary>
/// Holds a new process back until it is in its group, so that nothing it does escapes the limits: it begins as a flock that
/// waits for this file, and becomes the command when the gate opens.
/// </summary>
public sealed class LaunchGate : IDisposable
{
    private readonly FileStream _held;

    private LaunchGate(FileStream held) => _held = held;

    /// <summary>Null where util-linux is not installed.</summary>
    public static string? Program { get; } = Executables.FindInPath("flock", Environment.GetEnvironmentVariable("PATH"));

    /// <summary>The words that go before the command.</summary>
    public IReadOnlyList<string> Prefix => [Program!, "--no-fork", File];

    /// <summary>Stays until the process has ended: it opens the file when it likes.</summary>
    public string File => _held.Name;

    public static LaunchGate Close(string folder) =>
        new(UnixFiles.Open(Path.Combine(folder, $".gate-{Guid.NewGuid():N}"), FileMode.CreateNew, FileShare.None));

    /// <summary>Opens it.</summary>
    public void Dispose() => _held.Dispose();
}
