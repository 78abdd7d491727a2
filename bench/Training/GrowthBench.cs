using System.Globalization;
using Platform.FineTuning.Memory;
using Platform.Torch;

namespace Platform.Training.Bench;

/// <summary>
/// Whether a long run takes more and more memory: the resident size over many steps, and the slope of the line through the later half of it. Managed
/// garbage is collected before each sample, so that what shows is what is held.
/// </summary>
internal static class GrowthBench
{
    private const double Target = 1024;
    private const int StepsPerSample = 10;

    public static int Run(int steps)
    {
        TorchSharp.torch.set_num_threads(1); // a second one is not worth waiting for in a model this small
        var isMet = true;
        foreach (var method in Enum.GetValues<Method>())
        {
            using var engine = new EngineStep(Workload.Small, Variants.AdapterOf(method), Checkpointing.Blocks);
            List<double> resident = [];
            for (var step = 0; step < steps; step++)
            {
                engine.Step();
                if (step % StepsPerSample > 0) continue;
                GC.Collect();
                resident.Add(ProcessMemory.ResidentBytes);
            }

            var slope = Slope(resident[(resident.Count / 2)..]) / StepsPerSample;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{method}: {steps} steps, resident {resident[0] / 1e6:f1} MB after the first, {resident[^1] / 1e6:f1} MB after the last; slope of the later half {slope:f0} bytes a step (target <= {Target:f0})"));
            isMet &= slope <= Target;
        }

        return isMet ? 0 : 1;
    }

    /// <summary>Of the least-squares line.</summary>
    private static double Slope(List<double> values)
    {
        var (middle, mean) = ((values.Count - 1) / 2.0, values.Average());
        return values.Select((value, i) => (i - middle) * (value - mean)).Sum() / values.Select((_, i) => (i - middle) * (i - middle)).Sum();
    }
}
