using Platform.LocalCluster.Kubelet;
using Platform.LocalCluster.Kubelet.Containers;
using Platform.LocalCluster.Kubelet.Limits;
using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Tests.Kubelet;

/// <summary>
/// Control groups. Where only files are read and written a folder stands for the kernel's; what the kernel itself does is
/// tested where it lets this user, and skipped elsewhere.
/// </summary>
public sealed class CgroupTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly ResourceLimits Some = new(64 * 1024 * 1024, 1.5m, 100);

    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("/", "/sys/fs/cgroup", "0::/user.slice/run-1.scope", "/sys/fs/cgroup/user.slice/run-1.scope")]
    [InlineData("/", "/sys/fs/cgroup", "0::/", "/sys/fs/cgroup")]
    [InlineData("/docker/abc", "/sys/fs/cgroup", "0::/docker/abc/job", "/sys/fs/cgroup/job")]
    public void OnesOwnGroupFollowsFromTheMountAndTheProcess(string root, string mount, string group, string expected) => Assert.Equal(expected, CgroupTree.OwnGroup(
        ["22 1 8:1 / / rw - ext4 /dev/sda rw", $"41 31 0:38 {root} {mount} rw,relatime shared:9 - cgroup2 cgroup2 rw"], ["4:memory:/old", group]));

    [Fact]
    public void WithoutTheMemoryControllerThereIsNoTree()
    {
        StandIn(controllers: "cpu pids");
        Assert.Null(Open(out var problem));
        Assert.Contains("no memory controller", problem);
    }

    [Fact]
    public void AGroupThatOthersShareIsNotTouched()
    {
        StandIn(handedDown: "", members: $"1\n{Environment.ProcessId}\n");
        Assert.Null(Open(out var problem));
        Assert.Contains("systemd-run --user --scope -p Delegate=yes", problem);
        Assert.Equal("", Read("cgroup.subtree_control"));
    }

    [Fact]
    public void ThePlatformStepsDownOutOfAGroupOfItsOwn()
    {
        StandIn(handedDown: "", members: $"{Environment.ProcessId}\n");
        Assert.NotNull(Open(out _));
        Assert.Equal(["+cpu", "+memory", "+pids"], Read("cgroup.subtree_control").Split(' ').Order());
        Assert.Equal($"{Environment.ProcessId}", Read("platform/cgroup.procs"));
    }

    [Fact]
    public void LimitsBecomeControlFiles()
    {
        StandIn();
        var group = Open(out _)!.Create("main", Some);
        Assert.Equal("67108864", File.ReadAllText(Path.Combine(group.Path, "memory.max")));
        Assert.Equal("150000 100000", File.ReadAllText(Path.Combine(group.Path, "cpu.max")));
        Assert.Equal("100", File.ReadAllText(Path.Combine(group.Path, "pids.max")));
    }

    [Fact]
    public void OnlyControllersThatAreThereAreAsked()
    {
        StandIn(controllers: "memory", handedDown: "memory");
        var group = Open(out _)!.Create("main", Some);
        Assert.Equal(["memory.max"], Directory.GetFiles(group.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("oom 1\noom_kill 1\noom_group_kill 1\n", "OOMKilled")]
    [InlineData("oom 0\noom_kill 0\noom_group_kill 0\n", "Error")]
    public async Task WhatTheKernelSaysOfMemoryIsTheReasonOfTheEnd(string events, string reason)
    {
        StandIn();
        var folder = new ContainerFolder(Path.Combine(_scratch.Path, "main"));
        folder.Create();
        var options = new ProcessKubeletOptions { RootFolder = _scratch.Path };
        var run = await ContainerRun.StartAsync(Launch("sleep 300", folder.Work), folder, 0, false, options, TimeProvider.System, Open(out _));
        var (group, _) = run.Launch.Group!.Value;
        Assert.Equal($"{run.ProcessId}", await File.ReadAllTextAsync(Path.Combine(group.Path, "cgroup.procs")));

        await File.WriteAllTextAsync(Path.Combine(group.Path, "memory.events"), events);
        run.Signal(Signals.Kill);

        var end = await run.End.WaitAsync(Patience);
        Assert.Equal((reason, 137), (end.Reason, end.ExitCode));
    }

    [Fact]
    public async Task AGroupThatTakesNoProcessesMeansThatTheContainerCannotStart()
    {
        StandIn();
        var folder = new ContainerFolder(Path.Combine(_scratch.Path, "main"));
        folder.Create();
        var group = Open(out _)!.Create("main", ResourceLimits.None);
        Directory.CreateDirectory(Path.Combine(group.Path, "cgroup.procs"));
        var launch = Launch("echo ran > ran", folder.Work) with { Group = (group, folder.Path) };

        await Assert.ThrowsAsync<CannotStartException>(() => ChildProcess.StartAsync(launch, TimeProvider.System));

        Assert.False(File.Exists(Path.Combine(folder.Work, "ran")));
        Assert.Empty(ProcessTable.FindMarked(launch.Mark));
    }

    [Fact]
    public async Task TheKernelKeepsAllOfAContainerInItsGroupAndEndsItThere()
    {
        var own = CgroupTree.OwnGroup(File.ReadLines("/proc/self/mountinfo"), File.ReadLines("/proc/self/cgroup"));
        ContainerCgroup group;
        try
        {
            group = ContainerCgroup.Create(Path.Combine(own ?? "/proc", $"test-{Guid.NewGuid():N}"), ResourceLimits.None, TimeProvider.System);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"this user may not make control groups here: {failure.Message}");
            return;
        }

        using var child = await ChildProcess.StartAsync(Launch("setsid sleep 300 & echo ready; wait", _scratch.Path) with { Group = (group, _scratch.Path) }, TimeProvider.System);
        Assert.Equal("ready", await new StreamReader(child.Output).ReadLineAsync().WaitAsync(Patience));
        var members = (await File.ReadAllLinesAsync(Path.Combine(group.Path, "cgroup.procs"))).ToHashSet();
        Assert.Contains($"{child.Id}", members);
        Assert.True(members.Count >= 2);

        await group.RemoveAsync();

        Assert.False(Directory.Exists(group.Path));
        Assert.Equal(137, await child.WaitAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task TheKernelKillsWhatGrowsPastTheLimitOfItsGroup()
    {
        var tree = CgroupTree.Open(null, _scratch.Path, TimeProvider.System, out var problem);
        if (tree is null)
        {
            Assert.Skip($"no control groups with memory here: {problem}");
        }

        var folder = new ContainerFolder(Path.Combine(_scratch.Path, "main"));
        folder.Create();
        var options = new ProcessKubeletOptions { RootFolder = _scratch.Path, MemoryCheck = TimeSpan.FromHours(1) };
        var run = await ContainerRun.StartAsync(Launch("x=0123456789; while :; do x=$x$x; done", folder.Work), folder, 0, false, options, TimeProvider.System, tree);
        var end = await run.End.WaitAsync(Patience);
        Assert.Equal(("OOMKilled", 137), (end.Reason, end.ExitCode));
    }

    [Fact]
    public async Task WithoutAGroupAProcessCannotTakeFarMoreThanItsLimitAtOnceAndGoesFirstWhenMemoryIsShort()
    {
        using var other = await ChildProcess.StartAsync(Launch("sleep 300", _scratch.Path) with { Limits = Some }, TimeProvider.System);
        var limits = await File.ReadAllLinesAsync($"/proc/{other.Id}/limits");
        Assert.Contains(limits, line => line.StartsWith("Max data size", StringComparison.Ordinal) && line.Contains($" {ProcessLimits.DataLimit(Some.Memory!.Value)} ", StringComparison.Ordinal));
        Assert.True(int.Parse(await File.ReadAllTextAsync($"/proc/{other.Id}/oom_score_adj")) > int.Parse(await File.ReadAllTextAsync("/proc/self/oom_score_adj")));
        other.Signal(Signals.Kill);
        await other.WaitAsync().WaitAsync(Patience);
    }

    private CgroupTree? Open(out string problem) => CgroupTree.Open(_scratch.Path, "test", TimeProvider.System, out problem);

    private string Read(string file) => File.ReadAllText(Path.Combine(_scratch.Path, file));

    private void StandIn(string controllers = "cpu memory pids", string handedDown = "cpu memory pids", string members = "")
    {
        File.WriteAllText(Path.Combine(_scratch.Path, "cgroup.controllers"), controllers);
        File.WriteAllText(Path.Combine(_scratch.Path, "cgroup.subtree_control"), handedDown);
        File.WriteAllText(Path.Combine(_scratch.Path, "cgroup.procs"), members);
    }

    private static ProcessLaunch Launch(string script, string folder) => new(
        ["/bin/sh", "-c", script], new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! }, folder, $"test-{Guid.NewGuid():N}|")
    { Limits = Some };
}
