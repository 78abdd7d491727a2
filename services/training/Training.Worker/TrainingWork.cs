using Platform.FineTuning;
using Platform.FineTuning.Optimizers;
using Platform.FineTuning.Supervised;
using Platform.Peft;
using Platform.Peft.Lora;
using Platform.Protos.Training.V1;
using Platform.Torch;
using Platform.Workers;
using static TorchSharp.torch;

namespace Platform.Training.Worker;

/// <summary>One spec from beginning to end: model, data, adapter, training with checkpoints, the adapter in PEFT's format.</summary>
public static class TrainingWork
{
    public static async Task<TrainingResult> RunAsync(TrainingSpec spec, WorkerRun run, CancellationToken stop)
    {
        var options = SpecOptions.Read(spec);
        var device = Devices.Select("auto");
        manual_seed(options.Training.Seed);

        using var source = await SourceModel.LoadAsync(spec, options, run, device, stop);
        var train = await Dataset.ReadAsync(spec.Train, "train", spec.Format, source.Encoder(options.MaxLength), run, stop);
        var validation = spec.Validation is null ? [] : await Dataset.ReadAsync(spec.Validation, "validation", spec.Format, source.Encoder(options.MaxLength), run, stop);
        if (train.Count == 0) throw new WorkerFailureException(FailureReasons.DatasetInvalid, $"No row of {spec.Train.Uri} has a token to learn within max_length {options.MaxLength}: raise training.maxLength or shorten the prompts.");

        Threads.Suit(source.Model);
        using var adapter = source.Attach(options, device);
        source.Model.train();
        var objective = new SupervisedObjective(source.Model, train);
        var trained = new TrainedAdapter(adapter);
        run.Log($"training {trained.Parameters.Sum(p => p.Tensor.numel()):n0} parameters on {train.Count:n0} rows, {train.Sum(row => row.SupervisedTokens):n0} of their tokens are learned; {validation.Count:n0} rows validate");

        var outcome = await TrainAsync(spec, options, run, objective, trained, stop);
        source.Model.eval();
        var validationLoss = new SupervisedObjective(source.Model, validation).MeanLoss(options.Training.BatchSize, stop);
        run.Log($"trained {outcome.Steps} steps: loss {outcome.FinalLoss:f4}{(validationLoss is { } loss ? $", validation loss {loss:f4}" : "")}, {outcome.TokensPerSecond:f0} tokens/s");
        return new()
        {
            Checkpoint = new()
            {
                Adapter = await PublishAsync(adapter, run, stop),
                Steps = outcome.Steps,
                Tokens = outcome.Tokens,
                FinalLoss = outcome.FinalLoss,
                ValidationLoss = validationLoss ?? 0,
                TokensPerSecond = outcome.TokensPerSecond,
                TrainableParameters = trained.Parameters.Sum(p => p.Tensor.numel()),
                PeakMemoryBytes = ProcessMemory.PeakBytes,
                ResumedFromStep = outcome.ResumedFromStep,
            },
        };
    }

    private static async Task<TrainingOutcome> TrainAsync(
        TrainingSpec spec, SpecOptions options, WorkerRun run, IObjective objective, TrainedAdapter trained, CancellationToken stop)
    {
        var checkpoints = new RunCheckpoints(run, options.KeptCheckpoints);
        await using var reports = new ProgressReports(run);
        using var training = new FineTuning.TrainingRun(options.Training, objective, trained, OptimizerCatalog.Create(options.Training, trained.Parameters), run.Clock)
        {
            Stepped = reports.Report,
            // The loop is synchronous by nature, and a checkpoint must be durable before the next step.
            CheckpointDue = state => checkpoints.SaveAsync(state).GetAwaiter().GetResult(),
        };
        if (await checkpoints.NewestAsync(stop) is { } state)
        {
            training.Resume(state);
            run.Log($"resumed from the checkpoint of step {state.Step}");
        }

        try
        {
            return training.Run(stop);
        }
        catch (LossDivergedException diverged)
        {
            throw new WorkerFailureException(FailureReasons.LossDiverged, diverged.Message, inner: diverged);
        }
    }

    private static async Task<Protos.Artifacts.V1.Artifact> PublishAsync(IAdapter adapter, WorkerRun run, CancellationToken stop)
    {
        var folder = Path.Combine(run.Scratch, "adapter");
        adapter.Save(folder);
        return await run.PublishFolderAsync(folder, "adapter", stop);
    }
}
