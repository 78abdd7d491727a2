using System.Diagnostics;
using System.Globalization;
using Platform.Modeling.Llama;
using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Bench;

/// <summary>
/// Loading a checkpoint, until every page of it is in memory, against reading its file once into a buffer that is used again and again, both from the page cache. Each
/// load has a process of its own, so that the memory it needs at most is its own.
/// </summary>
internal static class LoadBench
{
    public const string Child = "load-once";
    private const int Rounds = 7;
    private const double TimeTarget = 1.3;
    private const double MemoryTarget = 1.1;

    public static int Run(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("load-bench-").FullName;
        try
        {
            var bytes = Write(folder, megabytes);
            List<double> loads = [], memory = [], reads = [];
            for (var round = 0; round <= Rounds; round++)
            {
                var read = Read(folder);
                var (seconds, peak) = LoadInProcess(folder);
                if (round == 0) continue; // the page cache fills
                reads.Add(read);
                loads.Add(seconds);
                memory.Add(peak);
            }

            var (time, space) = (Timing.Median(loads) / Timing.Median(reads), Timing.Median(memory) / bytes);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"checkpoint {bytes / 1e6:f0} MB, bfloat16, median of {Rounds}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"load time / time to read the file: {time:f2} (target <= {TimeTarget})"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory of loading / file size:  {space:f2} (target <= {MemoryTarget})"));

            return time <= TimeTarget && space <= MemoryTarget ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>In the child process: loads, and prints seconds and how many bytes of memory that took at most.</summary>
    public static int LoadOnce(string folder)
    {
        using (empty(1)) // libtorch itself is loaded before
        {
            var before = ProcessMemory.PeakBytes;
            var clock = Stopwatch.StartNew();
            using var model = PretrainedModel.Load(folder, CPU);
            Touch(model);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds} {ProcessMemory.PeakBytes - before}"));
            return 0;
        }
    }

    /// <summary>Reads an element of every page, as the first forward pass would: mapped weights are there only then.</summary>
    private static void Touch(PretrainedModel model)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        foreach (var parameter in model.parameters())
        {
            var flat = parameter.view(-1);
            var step = Environment.SystemPageSize / flat.ElementSize;
            flat.slice(0, 0, flat.shape[0], step).max();
        }
    }

    private static long Write(string folder, int megabytes)
    {
        // A block of hidden size 2048 has 2048² · (2 + 2 / 4 + 3 · 2.75) parameters of two bytes: 90 MB.
        const long Hidden = 2048, BlockBytes = Hidden * Hidden * 43 / 4 * 2;
        var config = new LlamaConfig
        {
            VocabularySize = 32_000,
            HiddenSize = Hidden,
            IntermediateSize = Hidden * 11 / 4,
            Heads = 16,
            KeyValueHeads = 4,
            HeadWidth = 128,
            TieWordEmbeddings = true,
            Layers = (int)Math.Max(1, ((megabytes * 1_000_000L) - (32_000 * Hidden * 2)) / BlockBytes),
        };
        using var model = new LlamaForCausalLm(config, ScalarType.BFloat16, CPU);
        using var generator = Seeds.Generator(0, CPU);
        model.Initialize(generator);
        model.Save(folder);
        return new FileInfo(WeightsOf(folder)).Length;
    }

    private static double Read(string folder)
    {
        var buffer = new byte[1 << 24];
        var clock = Stopwatch.StartNew();
        using var file = File.OpenHandle(WeightsOf(folder));
        for (long position = 0, count = 1; count > 0; position += count) count = RandomAccess.Read(file, buffer, position);
        return clock.Elapsed.TotalSeconds;
    }

    private static (double Seconds, double Peak) LoadInProcess(string folder)
    {
        using var child = Process.Start(new ProcessStartInfo("dotnet", [typeof(LoadBench).Assembly.Location, Child, folder]) { RedirectStandardOutput = true })!;
        var words = child.StandardOutput.ReadToEnd().Split();
        child.WaitForExit();
        if (child.ExitCode != 0) throw new InvalidOperationException($"Loading failed with exit code {child.ExitCode}.");
        return (double.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture));
    }

    private static string WeightsOf(string folder) => Path.Combine(folder, Checkpoints.ModelFolder.SingleFile);
}
