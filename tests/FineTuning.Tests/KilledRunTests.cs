using System.Diagnostics;

namespace Platform.FineTuning.Tests;

/// <summary>Real processes, really killed: fifty times, between and within steps and checkpoints.</summary>
public sealed class KilledRunTests : IDisposable
{
    private const int Chains = 2;
    private const int KillsPerChain = 25;
    private const int Steps = 200;

    private readonly string _root = Directory.CreateTempSubdirectory("killed-").FullName;

    [Fact]
    public async Task ARunThatIsKilledFiftyTimesEndsWithTheWeightsOfOneThatWasNot()
    {
        var expected = await FinishAsync(Folder("whole"));

        var chains = await Task.WhenAll(Enumerable.Range(0, Chains).Select(ChainAsync));

        Assert.All(chains, weights => Assert.Equal(expected, weights));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private async Task<byte[]> ChainAsync(int chain)
    {
        var folder = Folder($"chain-{chain}");
        var random = new Random(100 + chain);
        for (var kill = 0; kill < KillsPerChain; kill++)
        {
            using var process = Start(folder);
            for (var step = random.Next(1, 7); step > 0; step--) Assert.NotNull(await process.StandardOutput.ReadLineAsync());
            await Task.Delay(random.Next(0, 16)); // into the next step, or into a checkpoint
            process.Kill(); // SIGKILL
            await process.WaitForExitAsync();
            Assert.NotEqual(0, process.ExitCode);
        }

        return await FinishAsync(folder);
    }

    private static async Task<byte[]> FinishAsync(string folder)
    {
        using var process = Start(folder);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
        return await File.ReadAllBytesAsync(Path.Combine(folder, "weights.bin"));
    }

    private static Process Start(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Platform.FineTuning.Crash.dll"), folder, $"{Steps}"]) { RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
}
