using System.Runtime.InteropServices;
using Platform.Torch.Native;

namespace Platform.Torch.Tests;

public sealed class PatchedLibraryTests
{
    private const string File = "libLibTorchSharp.so";
    private static readonly string Original = Path.Combine(
        OperatingSystem.IsLinux() ? NativeFolders.FolderWith(File, NativeFolders.Candidates().LibTorchSharp) : "", File);

    [Fact]
    public void ThePatchedCopyLoadsWhereverTheOriginalDoes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The patch is for Linux.");
        TorchRuntime.EnsureLoaded();
        var copy = TorchSharpLibrary.PatchedCopy(Original);
        Assert.True(NativeLibrary.TryLoad(copy, out _));
        Assert.Equal(new FileInfo(Original).Length, new FileInfo(copy).Length);
    }

    [Fact]
    public void ATornCopyInTheCacheIsReplaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The patch is for Linux.");
        var cache = Directory.CreateTempSubdirectory("cache-");
        var before = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", cache.FullName);
        try
        {
            var copy = TorchSharpLibrary.PatchedCopy(Original);
            var right = System.IO.File.ReadAllBytes(copy);
            System.IO.File.WriteAllBytes(copy, right[..1000]);
            Assert.Equal(copy, TorchSharpLibrary.PatchedCopy(Original));
            Assert.Equal(right, System.IO.File.ReadAllBytes(copy));
            Assert.Single(Directory.EnumerateFiles(Path.GetDirectoryName(copy)!));
        }
        finally
        {
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", before);
            cache.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("not an ELF file at all, but long enough to hold the header of one .....")]
    [InlineData("")]
    public void WhatIsNoElfFileIsRefused(string content) => Assert.Throws<BadImageFormatException>(
        () => ElfSymbolVersion.Drop(System.Text.Encoding.ASCII.GetBytes(content), "symbol", "VERSION_1", "s"));
}
