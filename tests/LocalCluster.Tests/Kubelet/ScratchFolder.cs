namespace Platform.LocalCluster.Tests.Kubelet;

/// <summary>A folder of one test, gone with it.</summary>
public sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kubelet-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
