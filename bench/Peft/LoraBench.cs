using System.Globalization;
using Platform.FineTuning.Memory;
using Platform.Modeling.Bench;
using Platform.Training.Bench;
using Platform.Training.Bench.PlainPort;
using TorchSharp;

namespace Platform.Peft.Bench;

/// <summary>A step of LoRA with the engine's defaults against a plain port of the operators of transformers and PEFT on the same libtorch, in turn.</summary>
internal static class LoraBench
{
    public const string Name = "lora";

    private const string Plain = "plain", Engine = "engine";
    private const double SpeedTarget = 1.3, MemoryTarget = 0.8, Tolerance = 1e-3;

    public static int Run(int rounds, bool ofProcessor)
    {
        if (ofProcessor) torch.set_num_threads(1);
        var (plainLoss, engineLoss) = (double.NaN, double.NaN);
        double[] times;
        using (var plain = Create(Plain))
        using (var engine = Create(Engine))
            times = Timing.InTurn(rounds, [() => plainLoss = plain.Step(), () => engineLoss = engine.Step()], ofProcessor);
        if (!(Math.Abs(plainLoss - engineLoss) <= Tolerance)) throw new InvalidOperationException($"Both do not compute the same: after as many steps the losses are {plainLoss} and {engineLoss}.");

        var (plainPeak, enginePeak) = (PeakMemory.Of(Name, Plain), PeakMemory.Of(Name, Engine));
        var (speed, memory) = (times[0] / times[1], enginePeak.Training / (double)plainPeak.Training);
        var workload = Workload.Large;
        Print($"LoRA of rank {Workload.Rank} on {Workload.Adapted}: Llama hidden {workload.Config.HiddenSize}, {workload.Config.Layers} blocks, vocabulary {workload.Config.VocabularySize}, batch {workload.Batch} x {workload.Sequence}, float32, {torch.get_num_threads()} threads, {(ofProcessor ? "processor time" : "time")}, median of {rounds}");
        Print($"  plain port {times[0]:f2} s, {plainPeak.Training / 1e6:f0} MB; engine {times[1]:f2} s, {enginePeak.Training / 1e6:f0} MB; peaks since torch was loaded");
        Print($"  speed {speed:f2} x the plain port's (target >= {SpeedTarget}); peak {memory:f2} x (target <= {MemoryTarget})");
        return speed >= SpeedTarget && memory <= MemoryTarget ? 0 : 1;
    }

    public static IVariant Create(string variant) => variant == Plain ? new PlainStep(Workload.Large, Method.Lora) : new EngineStep(Workload.Large, Workload.Lora, Checkpointing.None);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
