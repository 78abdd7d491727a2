using Platform.FineTuning;
using Platform.FineTuning.Analysis;
using Platform.FineTuning.Checkpoints;
using Platform.FineTuning.Optimizers;
using Platform.FineTuning.Tasks;
using Platform.Modeling;
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
        using IRunResult result = options.Adapter is { } adapter ? AdapterResult.Of(model, spec.Method, adapter.For(new TrainingPlan(options.Training, train.Objective.RowCount).TotalSteps, model.Tokenizer), options.Training.Seed) : ModelResult.Of(model);
        model.Model.train();
        var parameters = result.Trained.Parameters.Sum(parameter => parameter.Tensor.numel());
        run.Log($"training {parameters:n0} parameters on {train.Objective.RowCount:n0} rows, {train.Learned:n0} {model.Unit} are learned; {validation?.Objective.RowCount ?? 0:n0} rows validate");

        var (outcome, analysis) = await TrainAsync(spec, options, run, model.Model, train, validation?.Objective, result.Trained, stop);
        model.Model.eval();
        run.Log($"trained {outcome.Steps} steps: loss {outcome.FinalLoss:f4}{(outcome.ValidationLoss is { } loss ? $", validation loss {loss:f4} of step {outcome.WeightsOfStep}" : "")}, {outcome.TokensPerSecond:f0} tokens/s");
        foreach (var finding in analysis.Findings) run.Log($"{finding.Kind}: {finding.Message} {finding.Advice}");
        var checkpoint = new Checkpoint
        {
            Steps = outcome.Steps,
            Tokens = outcome.Tokens,
            FinalLoss = outcome.FinalLoss,
            ValidationLoss = outcome.ValidationLoss ?? 0,
            TokensPerSecond = outcome.TokensPerSecond,
            TrainableParameters = parameters,
            PeakMemoryBytes = ProcessMemory.PeakBytes,
            ResumedFromStep = outcome.ResumedFromStep,
            WeightsOfStep = outcome.WeightsOfStep,
            StoppedEarly = outcome.StoppedEarly,
            Findings = { analysis.Findings.Select(finding => $"{finding.Kind}: {finding.Message}") },
        };
        await result.PublishAsync(checkpoint, run, stop);
        return new() { Checkpoint = checkpoint };
    }

    private static async Task<(TrainingOutcome Outcome, TrainingAnalysis Analysis)> TrainAsync(
        TrainingSpec spec, SpecOptions options, WorkerRun run, PretrainedModel model, TaskRows rows, IObjective? validation, ITrainable trained, CancellationToken stop)
    {
        var identity = RunIdentities.Of(spec);
        var checkpoints = new RunCheckpoints(run, identity, options.KeptCheckpoints);
        using var resumed = await checkpoints.NewestAsync(stop);
        using var metrics = await RunMetrics.OpenAsync(run, resumed?.Step ?? 0, stop);
        await using var reports = new ProgressReports(run);
        using var training = new FineTuning.TrainingRun(options.Training, rows.Objective, trained, OptimizerCatalog.Create(options.Training, trained.Parameters, model, rows.Objective), run.Clock)
        {
            Identity = identity,
            Validation = validation,
            Stepped = step =>
            {
                metrics.Add(step);
                reports.Report(step);
            },
            Measured = measurement =>
            {
                metrics.Add(measurement);
                reports.Report(measurement);
            },
            // The loop is synchronous by nature, and a checkpoint must be durable before the next step.
            CheckpointDue = state => SaveAsync(state).GetAwaiter().GetResult(),
            CheckpointOf = step => checkpoints.ReadAsync(step, stop).GetAwaiter().GetResult(),
        };
        if (resumed is not null)
        {
            training.Resume(resumed);
            run.Log($"resumed from the checkpoint of step {resumed.Step}");
        }

        try
        {
            var outcome = training.Run(stop);
            await metrics.SaveAsync(stop);
            return (outcome, await metrics.AnalyseAsync(LossesOf(rows), stop));
        }
        catch (LossDivergedException diverged)
        {
            await metrics.SaveAsync(stop);
            throw new WorkerFailureException(FailureReasons.LossDiverged, diverged.Message, inner: diverged);
        }

        async Task SaveAsync(TrainingState state)
        {
            // The signal to stop must not keep the last checkpoint from being written.
            await metrics.SaveAsync(CancellationToken.None);
            await checkpoints.SaveAsync(state);
        }
    }

    /// <summary>Rows that were left out are among those that token statistics count as cut.</summary>
    private static DataLosses LossesOf(TaskRows rows) => rows.Tokens is { } tokens
        ? new(tokens.Lengths.Rows, rows.LeftOut, Math.Max(0, (long)Math.Round(tokens.TruncatedShare * tokens.Lengths.Rows) - rows.LeftOut))
        : new(rows.Objective.RowCount + rows.LeftOut, rows.LeftOut, 0);
}
