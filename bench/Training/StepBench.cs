using System.Globalization;
using Platform.Modeling.Bench;
using TorchSharp;

namespace Platform.Training.Bench;

/// <summary>
/// A training step against nothing but its matrix products and against a plain port of the sequence of operators of transformers and PEFT: time in
/// one process, step by step in turn; peak memory in a process for each.
/// </summary>
internal static class StepBench
{
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
        var peaks = Variants.Names.Select(name => PeakMemory.Of(name, method.ToString())).ToList();
        Print($"{method}: Llama hidden {workload.Config.HiddenSize}, {workload.Config.Layers} blocks, vocabulary {workload.Config.VocabularySize}, batch {workload.Batch} x {workload.Sequence}, float32, {torch.get_num_threads()} threads, {(ofProcessor ? "processor time" : "time")}, median of {rounds}");
        Print($"  matrix products alone {bound:f2} s");
        foreach (var (i, name) in Variants.Names.Index())
        {
            Print($"  {name,-8} {times[i + 1]:f2} s; products / step {bound / times[i + 1]:p0}; plain / step {plain / times[i + 1]:f2}; step / none {times[i + 1] / kept:f2}; peak {peaks[i].Total / 1e6:f0} MB, of it {peaks[i].Training / 1e6:f0} MB since torch was loaded; peak / plain {peaks[i].Training / (double)peaks[0].Training:f2}");
        }

        Print($"  targets: products / step >= {BoundTarget:p0}, plain / step >= {SpeedTarget}, checkpointed: peak / plain <= {MemoryTarget}, step / none <= {TimeTarget}");
        return bound / kept >= BoundTarget && plain / kept >= SpeedTarget && times[^1] / kept <= TimeTarget && peaks[^1].Training <= MemoryTarget * peaks[0].Training ? 0 : 1;
    }

    /// <summary>In the child process.</summary>
    public static int PrintPeak(string variant, Method method) => PeakMemory.Print(() => Variants.Create(variant, Workload.Large, method));

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
