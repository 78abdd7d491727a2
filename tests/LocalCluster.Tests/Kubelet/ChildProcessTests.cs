using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Tests.Kubelet;

public sealed class ChildProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ScratchFolder _folder = new();
    private readonly string _mark = $"test-{Guid.NewGuid():N}|";

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 42", 42)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("kill -TERM $$", 143)]
    public async Task TheExitCodeIsThatOfAContainerRuntime(string script, int expected)
    {
        using var child = await StartAsync(script);
        Assert.Equal(expected, await child.WaitAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task ItsStandardInputIsEmpty()
    {
        using var child = await StartAsync("cat; echo done");
        Assert.Equal("done\n", await new StreamReader(child.Output).ReadToEndAsync().WaitAsync(Patience));
        await child.WaitAsync();
    }

    [Fact]
    public async Task ASignalReachesTheWholeGroup()
    {
        using var child = await StartAsync("sleep 300 & sleep 300 & echo ready; wait");
        var output = new StreamReader(child.Output);
        Assert.Equal("ready", await output.ReadLineAsync().WaitAsync(Patience));

        child.Signal(Signals.Terminate);

        // The pipe ends only when the last process that holds it has ended.
        Assert.Null(await output.ReadLineAsync().WaitAsync(Patience));
        Assert.Equal(143, await child.WaitAsync().WaitAsync(Patience));
        Assert.Empty(ProcessTable.FindMarked(_mark));
    }

    [Fact]
    public async Task WhatItLeavesBehindIsKilledEvenOutsideItsGroup()
    {
        using var child = await StartAsync("setsid sleep 300 & (sleep 300 &) ; echo gone");

        Assert.Equal(0, await child.WaitAsync().WaitAsync(Patience));

        Assert.Empty(ProcessTable.FindMarked(_mark));
    }

    [Fact]
    public async Task ASweepEndsEveryMarkedProcess()
    {
        using var child = await StartAsync("sleep 300 & echo ready; sleep 300");
        Assert.Equal("ready", await new StreamReader(child.Output).ReadLineAsync().WaitAsync(Patience));

        Assert.True(await ProcessTable.SweepAsync(_mark, TimeProvider.System) >= 2);

        Assert.Equal(137, await child.WaitAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task ItSeesOnlyTheVariablesItIsGiven()
    {
        using var child = await StartAsync("env | cut -d= -f1 | sort | tr '\\n' ' '");
        var names = await new StreamReader(child.Output).ReadToEndAsync().WaitAsync(Patience);
        await child.WaitAsync();
        Assert.DoesNotContain("HOME ", names);
        Assert.Contains("PATH ", names);
    }

    [Theory]
    [InlineData("no-such-command", "executable file not found in $PATH")]
    [InlineData("/no/such/file", "no such file or directory")]
    [InlineData("/etc/passwd", "permission denied")]
    public async Task ACommandThatCannotBeStartedIsNamed(string command, string problem)
    {
        var failure = await Assert.ThrowsAsync<CannotStartException>(() => ChildProcess.StartAsync(Launch(command), TimeProvider.System));
        Assert.Contains(problem, failure.Message);
        Assert.Contains(command, failure.Message);
    }

    private Task<ChildProcess> StartAsync(string script) => ChildProcess.StartAsync(Launch("/bin/sh", "-c", script), TimeProvider.System);

    private ProcessLaunch Launch(params string[] command) => new(
        command, new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! }, _folder.Path, _mark);
}
