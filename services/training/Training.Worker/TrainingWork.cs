using Platform.FineTuning;
using Platform.FineTuning.Optimizers;
using Platform.Protos.Training.V1;
using Platform.Torch;
using Platform.Workers;
using static TorchSharp.torch;

namespace Platform.Training.Worker;

/// <summary>One spec from beginning to end: model, data, training with checkpoints, and the adapter or the model that came of it.</summary>
public static class TrainingWork
{
    public static async Task<TrainingResult> RunAsync(TrainingSpec spec, WorkerRun run, CancellationToken stop)
    {
        var options = SpecOptions.Read(spec);
        var device = Devices.Select("auto");
        manual_seed(options.Training.Seed);

        using var model = await SourceModel.LoadAsync(spec, options, run, device, stop);
        var train = await Dataset.ReadAsync(spec.Train, "train", spec.Format, model, run, stop);
        var validation = spec.Validation is null ? null : await Dataset.ReadAsync(spec.Validation, "validation", spec.Format, model, run, stop);
        if (train.Objective.RowCount == 0) throw new WorkerFailureException(FailureReasons.DatasetInvalid, $"No row of {spec.Train.Uri} has anything to learn within max_length {options.MaxLength}: raise training.maxLength or shorten the rows.");

        Threads.Suit(model.Model);
        using IRunResult result = options.Adapter is { } adapter ? AdapterResult.Of(model, adapter.For(new TrainingPlan(options.Training, train.Objective.RowCount).TotalSteps, model.Tokenizer), options.Training.Seed) : ModelResult.Of(model);
        model.Model.train();
        var parameters = result.Trained.Parameters.Sum(parameter => parameter.Tensor.numel());
        run.Log($"training {parameters:n0} parameters on {train.Objective.RowCount:n0} rows, {train.Learned:n0} {model.Unit} are learned; {validation?.Objective.RowCount ?? 0:n0} rows validate");

        var outcome = await TrainAsync(options, run, train.Objective, result.Trained, stop);
        model.Model.eval();
        var validationLoss = validation?.Objective.MeanLoss(options.Training.BatchSize, stop);
        run.Log($"trained {outcome.Steps} steps: loss {outcome.FinalLoss:f4}{(validationLoss is { } loss ? $", validation loss {loss:f4}" : "")}, {outcome.TokensPerSecond:f0} tokens/s");
        var checkpoint = new Checkpoint
        {
            Steps = outcome.Steps,
            Tokens = outcome.Tokens,
            FinalLoss = outcome.FinalLoss,
            ValidationLoss = validationLoss ?? 0,
            TokensPerSecond = outcome.TokensPerSecond,
            TrainableParameters = parameters,
            PeakMemoryBytes = ProcessMemory.PeakBytes,
            ResumedFromStep = outcome.ResumedFromStep,
        };
        await result.PublishAsync(checkpoint, run, stop);
        return new() { Checkpoint = checkpoint };
    }

    private static async Task<TrainingOutcome> TrainAsync(
        SpecOptions options, WorkerRun run, IObjective objective, ITrainable trained, CancellationToken stop)
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
}
