using Platform.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Torch.Tests;

public sealed class LoadingTests
{
    [Fact]
    public void TorchSharpWorksWithNothingInstalled()
    {
        TorchRuntime.EnsureLoaded();
        using var two = ones(3, 4).sum();
        Assert.Equal(12, two.ToSingle());
    }

    [Fact]
    public void NoOutputFolderReceivesALibTorch()
    {
        Assert.Empty(Directory.EnumerateFiles(AppContext.BaseDirectory, "*torch_cpu*", SearchOption.AllDirectories));
        Assert.True(Directory.Exists(TorchRuntime.Folder));
    }

    [Fact]
    public async Task LoadingFromManyThreadsIsOneLoad()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(TorchRuntime.EnsureLoaded)));
        Assert.NotEmpty(TorchRuntime.Folder);
    }

    [Fact]
    public void AMissingLibTorchIsRefusedWithTheFoldersTriedAndTheWayOut()
    {
        var empty = Directory.CreateTempSubdirectory("no-torch-").FullName;
        var refusal = Assert.Throws<LibTorchNotFoundException>(() => NativeLoader.Load(new NativeFolders([empty], [empty])));
        Assert.Contains(empty, refusal.Message);
        Assert.Contains("PLATFORM_LIBTORCH", refusal.Message);
        Directory.Delete(empty);
    }
}
