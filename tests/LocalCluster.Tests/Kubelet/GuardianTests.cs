using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Tests.Kubelet;

public sealed class GuardianTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ScratchFolder _folder = new();
    private readonly string _mark = $"test-{Guid.NewGuid():N}|";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheGroupsItKnowsEndWithThePipe()
    {
        var guardian = await Guardian.StartAsync();
        using var known = await StartAsync();
        using var removed = await StartAsync();
        guardian.Add(removed.Id);
        guardian.Add(known.Id);
        guardian.Remove(removed.Id);
        guardian.Remove(1);

        guardian.Dispose();

        Assert.Equal(137, await known.WaitAsync().WaitAsync(Patience));
        removed.Signal(Signals.Terminate);
        Assert.Equal(143, await removed.WaitAsync().WaitAsync(Patience));
    }

    private Task<ChildProcess> StartAsync() => ChildProcess.StartAsync(
        new ProcessLaunch(
            ["/bin/sh", "-c", "sleep 300 & wait"],
            new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
            _folder.Path,
            _mark + Guid.NewGuid()),
        TimeProvider.System);
}
