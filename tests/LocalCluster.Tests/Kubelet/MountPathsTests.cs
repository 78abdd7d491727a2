using k8s.Models;
using Platform.LocalCluster.Kubelet.Containers;

namespace Platform.LocalCluster.Tests.Kubelet;

public sealed class MountPathsTests
{
    private static readonly V1Container Container = new()
    {
        Name = "main",
        VolumeMounts =
        [
            new V1VolumeMount { Name = "spec", MountPath = "/etc/platform/spec" },
            new V1VolumeMount { Name = "data", MountPath = "/etc/platform/" },
            new V1VolumeMount { Name = "part", MountPath = "/part", SubPath = "a/b" },
        ],
    };

    [Theory]
    [InlineData("/etc/platform/spec/spec.json", "/root/spec/spec.json")]
    [InlineData("/etc/platform/spec", "/root/spec")]
    [InlineData("/etc/platform/specimen", "/root/data/specimen")]
    [InlineData("/etc/platforms", "/etc/platforms")]
    [InlineData("/part/x", "/root/part/a/b/x")]
    [InlineData("/dev/termination-log", "/root/term")]
    [InlineData("file:/etc/platform/x", "file:/etc/platform/x")]
    [InlineData("", "")]
    public void AValueThatBeginsWithAMountPathNamesTheFolder(string value, string expected) =>
        Assert.Equal(expected, Paths(Container).Rewrite(value));

    [Fact]
    public void ASubPathMayNotLeaveItsVolume()
    {
        var container = new V1Container { VolumeMounts = [new V1VolumeMount { Name = "v", MountPath = "/v", SubPath = "../other" }] };
        Assert.Throws<ContainerConfigException>(() => Paths(container));
    }

    [Theory]
    [InlineData("$(A) $(B) $$(A) $(", "1 $(B) $(A) $(")]
    [InlineData("$", "$")]
    [InlineData("100$", "100$")]
    public void KnownVariablesAreExpandedAndUnknownOnesStay(string text, string expected) =>
        Assert.Equal(expected, VariableExpansion.Expand(text, new Dictionary<string, string> { ["A"] = "1" }));

    private static MountPaths Paths(V1Container container) => new(container, name => "/root/" + name, text => text, "/root/term");
}
