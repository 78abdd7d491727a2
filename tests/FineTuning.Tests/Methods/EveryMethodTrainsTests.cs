using Platform.Data.Collation;
using Platform.FineTuning.Checkpoints;
using Platform.FineTuning.Optimizers;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Peft;
using Platform.Peft.Tests;
using Platform.Torch;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Methods;

/// <summary>What the training loop promises, for every method.</summary>
[Collection(ProcessWideState.Name)]
public sealed class EveryMethodTrainsTests : IDisposable
{
    private const int Steps = 6;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("methods-");

    public static TheoryData<string> All => [.. EveryMethod.All.Select(method => method.Name)];

    [Theory, MemberData(nameof(All))]
    public void ARunResumedFromAFolderEndsAsTheUninterruptedOneBitForBit(string method)
    {
        var whole = Train(method, "whole");
        var resumed = Train(method, "resumed", from: "whole", seed: 99);

        Assert.True(whole[^1] < whole[0], $"the loss was {whole[0]} and became {whole[^1]}");
        Assert.Equal(whole.Skip(Steps / 2), resumed);
        Assert.Equal(Files("whole"), Files("resumed"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <returns>the losses of the steps</returns>
    private List<double> Train(string method, string name, string? from = null, ulong seed = 3)
    {
        using var model = Llama.Load();
        using var generator = new Generator(seed);
        using var adapter = Adapters.Attach(model, EveryMethod.Named(method).Options, generator);
        Threads.Suit(model);
        model.train();
        manual_seed(1);
        var trained = new TrainedAdapter(adapter);
        var options = new TrainingOptions { MaxSteps = Steps, BatchSize = 6, GradientAccumulation = 2, LearningRate = 5e-3, Schedule = "linear", WeightDecay = 0.01, Seed = 5, CheckpointEverySteps = Steps / 2 };
        List<double> losses = [];
        using var run = new TrainingRun(options, new SupervisedObjective(model, Rows), trained, new AdamW([new(trained.Parameters, options.WeightDecay)]), TimeProvider.System)
        {
            Stepped = progress => losses.Add(progress.Loss),
            CheckpointDue = state => CheckpointFolder.Write(state, Checkpoint(name, state.Step)),
        };
        if (from is not null) run.Resume(CheckpointFolder.Read(Checkpoint(from, Steps / 2)));
        run.Run(CancellationToken.None);
        adapter.Save(Path.Combine(_folder.FullName, name));
        return losses;
    }

    private static IReadOnlyList<SupervisedExample> Rows { get; } =
        [.. Enumerable.Range(0, 12).Select(row => Enumerable.Range(0, 6 + (row % 4)).Select(place => ((row * 31) + (place * 17)) % 120).ToArray()).Select(ids => new SupervisedExample(ids, ids))];

    private string Checkpoint(string name, long step) => Path.Combine(_folder.FullName, $"{name}-step-{step}");

    private Dictionary<string, string> Files(string name) => new DirectoryInfo(Path.Combine(_folder.FullName, name))
        .EnumerateFiles()
        .ToDictionary(file => file.Name, file => Convert.ToHexString(File.ReadAllBytes(file.FullName)));
}
