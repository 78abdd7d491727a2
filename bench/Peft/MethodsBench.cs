using System.Globalization;
using Platform.FineTuning.Memory;
using Platform.Modeling.Bench;
using Platform.Training.Bench;
using TorchSharp;

namespace Platform.Peft.Bench;

/// <summary>A step of several methods on one model, in turn, against a step that trains the whole of it.</summary>
internal static class MethodsBench
{
    public const string Name = "methods";

    public static int Run(int rounds, bool ofProcessor)
    {
        if (ofProcessor) torch.set_num_threads(1);
        var variants = MethodCatalog.All.Select(method => Create(method.Name)).ToList();
        var losses = Array.ConvertAll(variants.ToArray(), _ => new List<double>());
        var times = Timing.InTurn(rounds, [.. variants.Select((variant, i) => (Action)(() => losses[i].Add(variant.Step())))], ofProcessor);
        var trained = variants.ConvertAll(variant => variant.TrainedValues);
        variants.ForEach(variant => variant.Dispose());
        foreach (var (i, (name, _)) in MethodCatalog.All.Index())
        {
            if (!(losses[i][^1] < losses[i][0])) throw new InvalidOperationException($"{name} does not learn: its losses are {string.Join(", ", losses[i])}.");
        }

        var peaks = MethodCatalog.All.Select(method => PeakMemory.Of(Name, method.Name).Training).ToList();
        var workload = Workload.Medium;
        Print($"Llama hidden {workload.Config.HiddenSize}, {workload.Config.Layers} blocks, vocabulary {workload.Config.VocabularySize}, batch {workload.Batch} x {workload.Sequence}, float32, {torch.get_num_threads()} threads, {(ofProcessor ? "processor time" : "time")}, median of {rounds}; peaks since torch was loaded");
        Print($"{"method",-18}{"trained",12}{"tokens/s",11}{"to full",9}{"peak MB",9}{"to full",9}");
        foreach (var (i, (name, _)) in MethodCatalog.All.Index())
            Print($"{name,-18}{trained[i],12:n0}{workload.Batch * workload.Sequence / times[i],11:n0}{times[0] / times[i],9:f2}{peaks[i] / 1e6,9:f0}{peaks[i] / (double)peaks[0],9:f2}");
        return 0;
    }

    public static EngineStep Create(string method) => new(Workload.Medium, MethodCatalog.All.Single(item => item.Name == method).Options, Checkpointing.None);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
