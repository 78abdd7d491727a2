using System.Diagnostics;
using Platform.Local.Hosting;

namespace Platform.Local.Tests;

public sealed class OnePlatformOwnsItsFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("platform-folder-").FullName;
    private readonly PlatformFolder _folder;

    public OnePlatformOwnsItsFolder() => _folder = new PlatformFolder(_root);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void TheSecondDoesNotGetIt()
    {
        using (_folder.TryLock()) Assert.Null(new PlatformFolder(_root).TryLock());
        using var after = _folder.TryLock();
        Assert.NotNull(after);
    }

    [Fact]
    public void ARecordedProcessIsFoundAndOneThatOnlyHasItsNumberIsNot()
    {
        Assert.Null(_folder.Running());
        using var self = Process.GetCurrentProcess();
        var endpoints = new LocalEndpoints { ProcessId = self.Id, ProcessStart = LocalEndpoints.StartOf(self), Http = "http://127.0.0.1:1", Grpc = "http://127.0.0.1:2", Kubernetes = "https://127.0.0.1:3" };
        _folder.Record(endpoints);
        Assert.Equal(endpoints, _folder.Running());

        _folder.Record(endpoints with { ProcessStart = "1" });
        Assert.Null(_folder.Running());
        Assert.NotNull(_folder.Recorded());
    }

    [Fact]
    public void ATornRecordIsNone()
    {
        File.WriteAllText(Path.Combine(_folder.Data, "endpoints.json"), "{\"processId\": 1");
        Assert.Null(_folder.Recorded());
    }

    [Fact]
    public void TheRunTokenKeyIsMadeOnceAndIsItsOwnersOnly()
    {
        var key = _folder.RunTokenKey();
        Assert.Equal(32, Convert.FromBase64String(key).Length);
        Assert.Equal(key, new PlatformFolder(_root).RunTokenKey());
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.Data, "run-token.key")));
    }

    [Fact]
    public void ATakenPortIsReplacedByAFreeOne()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        Assert.NotEqual(port, LoopbackPort.Choose(port));
    }

    [Fact]
    public void EveryStageHasAWorkerProgram()
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build();
        Assert.All(LocalConfiguration.Stages, stage => Assert.True(File.Exists(LocalConfiguration.WorkerProgram(stage, configuration))));
    }
}
