using k8s.Models;
using Platform.LocalCluster.Kubelet.Containers;
using Platform.LocalCluster.Kubelet.Pods;

namespace Platform.LocalCluster.Tests.Kubelet;

public sealed class PodRestoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ScratchFolder _scratch = new();
    private readonly ContainerFolder _folder;
    private readonly V1Pod _pod;

    public PodRestoreTests()
    {
        _folder = new ContainerFolder(Path.Combine(_scratch.Path, "main"));
        _pod = new V1Pod { Metadata = new V1ObjectMeta { Name = "p", Uid = "u" }, Spec = new V1PodSpec { RestartPolicy = "Never" } };
    }

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void WhatNeverStartedStarts() => Assert.Null(Restore().End);

    [Fact]
    public void WhatRanWhenThePlatformDiedIsKilledOnce()
    {
        _folder.Create();
        _folder.WriteStart(0, Now);
        var first = Restore().End!;
        Assert.Equal((137, true), (first.ExitCode, first.IsDisruption));
        Assert.Equal(first, Restore().End);
    }

    [Fact]
    public void AnEndThatWasNotYetToldIsNotLost()
    {
        _folder.Create();
        _folder.WriteStart(0, Now);
        _folder.WriteEnd(0, new ContainerEnd(0, "Completed", null, Now, Now));
        var slot = Restore();
        Assert.True(slot.HasSucceeded);
        Assert.Equal("Succeeded", PodStatusBuilder.PhaseOf([slot], "Never"));
    }

    [Fact]
    public void ARecordThatAPowerCutEmptiedIsAsIfNotWritten()
    {
        _folder.Create();
        _folder.WriteStart(0, Now);
        File.WriteAllText(Path.Combine(_scratch.Path, "main", "0.end"), "");
        Assert.Equal(137, Restore().End!.ExitCode);
    }

    [Fact]
    public void AContainerWhoseFolderIsGoneIsNotStartedAgainUnderTheSamePod()
    {
        _pod.Status = new V1PodStatus
        {
            ContainerStatuses =
            [
                new V1ContainerStatus { Name = "main", State = new V1ContainerState { Running = new V1ContainerStateRunning() } },
            ],
        };
        Assert.Equal("ContainerStatusUnknown", Restore().End!.Reason);
    }

    private ContainerSlot Restore()
    {
        var slot = new ContainerSlot(new V1Container { Name = "main" }, isInit: false, _folder);
        PodRestore.Restore(_pod, [slot], Now);
        return slot;
    }
}
