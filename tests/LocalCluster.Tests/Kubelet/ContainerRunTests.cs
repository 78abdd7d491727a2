using System.Text;
using Platform.LocalCluster.Kubelet;
using Platform.LocalCluster.Kubelet.Containers;
using Platform.LocalCluster.Kubelet.Limits;
using Platform.LocalCluster.Kubelet.Logs;
using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Tests.Kubelet;

public sealed class ContainerRunTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ScratchFolder _scratch = new();
    private readonly ContainerFolder _folder;
    private readonly ProcessKubeletOptions _options;

    public ContainerRunTests()
    {
        _folder = new ContainerFolder(Path.Combine(_scratch.Path, "main"));
        _options = new ProcessKubeletOptions { RootFolder = _scratch.Path, MemoryCheck = TimeSpan.FromMilliseconds(20) };
    }

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task WhatGrowsPastItsMemoryLimitIsKilledAsOutOfMemory()
    {
        // Each element is a string of its own; 64 MiB are reached long before the loop ends.
        var run = await StartAsync("x=0123456789012345678901234567890123456789; while :; do x=$x$x; done", memoryLimit: 64 * 1024 * 1024);
        var end = await run.End.WaitAsync(Patience);
        Assert.Equal(("OOMKilled", 137), (end.Reason, end.ExitCode));
    }

    [Fact]
    public async Task ItsEndIsOnDiskBeforeItIsKnown()
    {
        var run = await StartAsync("echo bad; exit 3");
        var end = await run.End.WaitAsync(Patience);
        Assert.Equal(end, _folder.ReadEnd(0));
        Assert.Equal(("Error", 3), (end.Reason, end.ExitCode));
    }

    [Fact]
    public async Task WhatItWritesToTheTerminationLogIsItsMessage()
    {
        var run = await StartAsync($"echo out of tokens > {_folder.TerminationLog}; exit 1");
        Assert.Equal("out of tokens\n", (await run.End.WaitAsync(Patience)).Message);
    }

    [Fact]
    public async Task ItsLogIsTheMessageWhenThePolicySaysSo()
    {
        var run = await StartAsync("echo no such tensor; exit 1", logsAreMessage: true);
        Assert.Equal("no such tensor\n", (await run.End.WaitAsync(Patience)).Message);
    }

    [Theory]
    [InlineData(1, "three\n")]
    [InlineData(0, "")]
    [InlineData(9, "one\ntwo\nthree\n")]
    public async Task TheTailOfALogCountsLines(int lines, string expected)
    {
        await (await StartAsync("echo one; echo two; printf three")).End.WaitAsync(Patience);
        Assert.Equal(expected, await ReadAsync(new LogQuery { TailLines = lines }));
    }

    [Fact]
    public async Task TimestampsStandBeforeEachLine()
    {
        await (await StartAsync("echo one; echo two >&2")).End.WaitAsync(Patience);
        var lines = (await ReadAsync(new LogQuery { Timestamps = true })).TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (one|two)$", line));
    }

    [Fact]
    public async Task NothingIsOlderThanSince()
    {
        await (await StartAsync("echo one")).End.WaitAsync(Patience);
        Assert.Equal("", await ReadAsync(new LogQuery { Since = TimeProvider.System.GetUtcNow().AddMinutes(1) }));
        Assert.Equal("one\n", await ReadAsync(new LogQuery { Since = TimeProvider.System.GetUtcNow().AddMinutes(-1) }));
    }

    [Fact]
    public async Task AFollowerSeesEveryLineAcrossRotations()
    {
        _options.LogFileBytes = 1000;
        _options.LogFiles = 1000;
        var run = await StartAsync("i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done");
        var text = await ReadAsync(new LogQuery { Follow = true }, () => !run.End.IsCompleted).WaitAsync(Patience);
        Assert.Equal(string.Concat(Enumerable.Range(0, 500).Select(i => $"line {i}\n")), text);
        Assert.True(_folder.Logs.Sequences(0).Count > 10);
    }

    [Fact]
    public async Task RotationKeepsTheNewestFiles()
    {
        _options.LogFileBytes = 1000;
        _options.LogFiles = 3;
        await (await StartAsync("i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done")).End.WaitAsync(Patience);
        Assert.Equal(3, _folder.Logs.Sequences(0).Count);
        Assert.EndsWith("line 499\n", await ReadAsync(new LogQuery()));
    }

    [Fact]
    public async Task AnEndlessLineIsKeptInPiecesAndReadAsOne()
    {
        await (await StartAsync("head -c 100000 /dev/zero | tr '\\0' x; echo; echo next")).End.WaitAsync(Patience);
        Assert.Equal(new string('x', 100_000) + "\nnext\n", await ReadAsync(new LogQuery()));
    }

    private Task<ContainerRun> StartAsync(string script, long? memoryLimit = null, bool logsAreMessage = false)
    {
        _folder.Create();
        var launch = new ProcessLaunch(
            ["/bin/sh", "-c", script],
            new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
            _folder.Work,
            $"test-{Guid.NewGuid():N}|")
        { Limits = new ResourceLimits(memoryLimit) };
        return ContainerRun.StartAsync(launch, _folder, 0, logsAreMessage, _options, TimeProvider.System);
    }

    private async Task<string> ReadAsync(LogQuery query, Func<bool>? isRunning = null)
    {
        using var text = new MemoryStream();
        await new LogReader(_folder.Logs, 0, isRunning ?? (() => false), TimeProvider.System).CopyToAsync(text, query, CancellationToken.None);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
