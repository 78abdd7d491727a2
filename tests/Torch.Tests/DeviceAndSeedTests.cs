using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Torch.Tests;

public sealed class DeviceAndSeedTests
{
    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("CPU")]
    public void AnUnknownDeviceIsRefusedWithTheRange(string wish) =>
        Assert.Contains("auto, cpu, cuda or cuda:N", Assert.Throws<ArgumentException>(() => Devices.Select(wish)).Message);

    [Fact]
    public void ADeviceThatIsNotThereIsRefused() =>
        Assert.Contains("CUDA devices", Assert.Throws<ArgumentException>(() => Devices.Select($"cuda:{Devices.CudaCount}")).Message);

    [Fact]
    public void AutoIsCpuWithoutCuda() =>
        Assert.Equal(Devices.CudaCount > 0 ? DeviceType.CUDA : DeviceType.CPU, Devices.Select("auto").type);

    [Fact]
    public void AGeneratorGivesPyTorchsNumbers()
    {
        using var generator = Seeds.Generator(0, CPU);
        using var numbers = randn(3, generator: generator);
        Assert.Equal([1.5409961f, -0.2934289f, -2.1787894f], numbers.data<float>().ToArray());
    }

    [Fact]
    public void PurposesHaveStreamsOfTheirOwn()
    {
        Assert.Equal(Seeds.Derive(42, "order"), Seeds.Derive(42, "order"));
        Assert.NotEqual(Seeds.Derive(42, "order"), Seeds.Derive(42, "dropout"));
        Assert.NotEqual(Seeds.Derive(42, "order"), Seeds.Derive(43, "order"));
        Assert.True(Seeds.Derive(42, "order") >= 0);
    }

    [Fact]
    public void ThePeakIsAtLeastWhatIsInUse() => Assert.True(ProcessMemory.PeakBytes >= Environment.WorkingSet / 2);
}
