using System.Diagnostics;
using System.Globalization;
using Platform.Torch;
using TorchSharp;

namespace Platform.Training.Bench;

/// <summary>The largest resident size of some steps in a process of their own, in bytes.</summary>
/// <param name="Total">of the process</param>
/// <param name="Training">of it what came after torch was loaded</param>
internal sealed record PeakMemory(long Total, long Training)
{
    /// <summary>The first word of a child process, which prints its peak.</summary>
    public const string Child = "peak-of";

    private const int Steps = 3;

    /// <summary>Starts this program again.</summary>
    /// <param name="variant">the words that tell it which steps to take, after <see cref="Child"/></param>
    public static PeakMemory Of(params string[] variant)
    {
        using var child = Process.Start(new ProcessStartInfo("dotnet", [typeof(PeakMemory).Assembly.Location, Child, .. variant]) { RedirectStandardOutput = true })!;
        var words = child.StandardOutput.ReadToEnd().Split();
        child.WaitForExit();
        if (child.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', variant)} failed with exit code {child.ExitCode}.");
        var (peak, before) = (long.Parse(words[0], CultureInfo.InvariantCulture), long.Parse(words[1], CultureInfo.InvariantCulture));
        return new(peak, peak - before);
    }

    /// <summary>In the child process: takes some steps and prints the largest resident size, and that before the model was there.</summary>
    public static int Print(Func<IVariant> create)
    {
        torch.empty(1).Dispose();
        var before = ProcessMemory.PeakBytes;
        using var variant = create();
        for (var i = 0; i < Steps; i++) variant.Step();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ProcessMemory.PeakBytes} {before}"));
        return 0;
    }
}
