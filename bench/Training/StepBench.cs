using System.Diagnostics;
using System.Globalization;
using Platform.Modeling.Bench;
using Platform.Torch;
using TorchSharp;

namespace Platform.Training.Bench;

/// <summary>
/// A training step against nothing but its matrix products and against a plain port of the sequence of operators of transformers and PEFT: time in
/// one process, step by step in turn; peak memory in a process for each.
/// </summary>
internal static class StepBench
{
    public const string Child = "peak-of";
    private const int StepsInChild = 3;
    private const double BoundTarget = 0.65, SpeedTarget = 1.4, MemoryTarget = 0.5, TimeTarget = 1.25;

    public static int Run(Method method, int rounds, bool ofProcessor)
    {
        if (ofProcessor) torch.set_num_threads(1);
        var workload = Workload.Large;
        using var products = new MatrixProducts(workload, method);
        var variants = Variants.Names.Select(name => Variants.Create(name, workload, method)).ToList();
        var losses = new double[variants.Count];
        var times = Timing.InTurn(rounds, [() => products.Step(), .. variants.Select((variant, i) => (Action)(() => losses[i] = variant.Step()))], ofProcessor);
        variants.ForEach(variant => variant.Dispose());
        if (losses.Max() - losses.Min() > 1e-3) throw new InvalidOperationException($"The variants do not compute the same: after as many steps their losses are {string.Join(", ", losses)}.");

        var (bound, plain, kept) = (times[0], times[1], times[2]);
        var peaks = Variants.Names.Select(name => PeakOf(name, method)).ToList();
        Print($"{method}: Llama hidden {workload.Config.HiddenSize}, {workload.Config.Layers} blocks, vocabulary {workload.Config.VocabularySize}, batch {workload.Batch} x {workload.Sequence}, float32, {torch.get_num_threads()} threads, {(ofProcessor ? "processor time" : "time")}, median of {rounds}");
        Print($"  matrix products alone {bound:f2} s");
        foreach (var (i, name) in Variants.Names.Index())
        {
            Print($"  {name,-8} {times[i + 1]:f2} s; products / step {bound / times[i + 1]:p0}; plain / step {plain / times[i + 1]:f2}; step / none {times[i + 1] / kept:f2}; peak {peaks[i].Total / 1e6:f0} MB, of it {peaks[i].Training / 1e6:f0} MB since torch was loaded; peak / plain {peaks[i].Training / (double)peaks[0].Training:f2}");
        }

        Print($"  targets: products / step >= {BoundTarget:p0}, plain / step >= {SpeedTarget}, checkpointed: peak / plain <= {MemoryTarget}, step / none <= {TimeTarget}");
        return bound / kept >= BoundTarget && plain / kept >= SpeedTarget && times[^1] / kept <= TimeTarget && peaks[^1].Training <= MemoryTarget * peaks[0].Training ? 0 : 1;
    }

    /// <summary>In the child process: takes some steps and prints the largest resident size, and that before the model was there.</summary>
    public static int PrintPeak(string variant, Method method)
    {
        torch.empty(1).Dispose();
        var before = ProcessMemory.PeakBytes;
        using var step = Variants.Create(variant, Workload.Large, method);
        for (var i = 0; i < StepsInChild; i++) step.Step();
        Print($"{ProcessMemory.PeakBytes} {before}");
        return 0;
    }

    private static (long Total, long Training) PeakOf(string variant, Method method)
    {
        using var child = Process.Start(new ProcessStartInfo("dotnet", [typeof(StepBench).Assembly.Location, Child, variant, method.ToString()]) { RedirectStandardOutput = true })!;
        var words = child.StandardOutput.ReadToEnd().Split();
        child.WaitForExit();
        if (child.ExitCode != 0) throw new InvalidOperationException($"{variant} failed with exit code {child.ExitCode}.");
        var (peak, before) = (long.Parse(words[0], CultureInfo.InvariantCulture), long.Parse(words[1], CultureInfo.InvariantCulture));
        return (peak, peak - before);
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
