using System.Globalization;
using System.Runtime.InteropServices;
using Platform.FineTuning;
using Platform.FineTuning.Checkpoints;
using Platform.FineTuning.Tests;
using static TorchSharp.torch;

// A small training run that whoever started it may kill at any moment: FOLDER STEPS. It goes on from the newest checkpoint in the folder, tells
// every step on standard output and leaves its weights in weights.bin.
var (folder, steps) = (args[0], long.Parse(args[1], CultureInfo.InvariantCulture));
var options = new TrainingOptions
{
    MaxSteps = steps,
    BatchSize = 4,
    GradientAccumulation = 2,
    LearningRate = 1e-2,
    WeightDecay = 0.1,
    Seed = 5,
    CheckpointEverySteps = 2,
    AverageDecay = 0.9,
    Validation = new() { EverySteps = 5 },
};
manual_seed(1);
using var objective = new TinyObjective(rows: 37);
using var run = objective.Run(
    options, checkpointDue: Save, validation: objective, identity: new(new Dictionary<string, string> { ["job"] = "crash" }), stepped: () => Console.Out.WriteLine("step"));
if (Newest() is { } newest)
{
    using var state = CheckpointFolder.Read(newest);
    run.Resume(state);
}

run.Run(CancellationToken.None);
File.WriteAllBytes(Path.Combine(folder, "weights.bin"), MemoryMarshal.AsBytes<float>(objective.Weights()).ToArray());

string Place(long step) => Path.Combine(folder, $"step-{step:d6}");

IEnumerable<string> Checkpoints() => Directory.GetDirectories(folder, "step-??????").Order(StringComparer.Ordinal);

string? Newest() => Checkpoints().LastOrDefault();

void Save(TrainingState state)
{
    CheckpointFolder.Write(state, Place(state.Step));
    foreach (var old in Checkpoints().SkipLast(2).ToList()) Directory.Delete(old, recursive: true);
}
