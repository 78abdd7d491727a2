using System.Diagnostics;
using Platform.Modeling;
using Platform.FineTuning.Reports;
using Platform.Protos.Training.V1;
using Platform.Workers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Training.Worker.Tests;

public sealed class TrainingWorkerTests : IAsyncDisposable
{
    private readonly WorkerSetting _setting = new();

    [Fact]
    public async Task AWorkerWritesAnAdapterInPeftsFormatAndAnotherFindsNothingToDo()
    {
        var spec = await _setting.SpecAsync();
        spec.Hyperparameters.MaxSteps = 30;
        spec.Validation = spec.Train;

        var (exitCode, output, result) = await _setting.RunAsync(spec);

        Assert.True(exitCode == ExitCodes.Success, output);
        Assert.Equal((spec.RunId, spec.SpecDigest, 30), (result.RunId, result.SpecDigest, result.Checkpoint.Steps));
        Assert.True(result.Checkpoint is { Tokens: > 0, FinalLoss: > 0, ValidationLoss: > 0, TokensPerSecond: > 0, PeakMemoryBytes: > 0, ResumedFromStep: 0 });
        Assert.Equal(2 * (4 * (32 + 32) + 4 * (32 + 16)), result.Checkpoint.TrainableParameters); // two layers, q_proj to 32 and v_proj to 16 outputs
        foreach (var file in new[] { "adapter_config.json", "adapter_model.safetensors" }) await Has(spec, $"adapter/{file}");
        foreach (var file in new[] { "metrics.jsonl", $"tensorboard/{MetricsLog.EventsName}", "analysis.json", "analysis.md" }) await Has(spec, file);
        Assert.Contains("step 30/30", output);

        var (again, said, _) = await _setting.RunAsync(spec);
        Assert.Equal(ExitCodes.Success, again);
        Assert.Contains("nothing to do", said);
    }

    [Fact]
    public async Task AWholeModelIsTrainedAndPublishedWithItsTokenizer()
    {
        var spec = await _setting.SpecAsync();
        spec.Method = new() { Type = "full" };
        (spec.Hyperparameters.MaxSteps, spec.Hyperparameters.LearningRate) = (20, 1e-3);

        var (exitCode, output, result) = await _setting.RunAsync(spec);

        Assert.True(exitCode == ExitCodes.Success, output);
        Assert.Null(result.Checkpoint.Adapter);
        var (before, after) = (await _setting.FolderAsync(spec.Model.Base), await _setting.FolderAsync(result.Checkpoint.Model));
        Assert.Equal(Directory.EnumerateFiles(before).Select(Path.GetFileName).Order(), Directory.EnumerateFiles(after).Select(Path.GetFileName).Order());
        using var trained = PretrainedModel.Load(after, CPU);
        using var untrained = PretrainedModel.Load(before, CPU);
        Assert.Equal(trained.parameters().Sum(parameter => parameter.numel()), result.Checkpoint.TrainableParameters);
        Assert.All(trained.named_parameters().Zip(untrained.named_parameters()), pair => Assert.True((pair.First.parameter - pair.Second.parameter).abs().max().ToDouble() > 0, pair.First.name));
    }

    [Fact]
    public async Task ParametersThatMoveWithinTheBackwardPassEndWhereTheOthersDo()
    {
        var spec = await _setting.SpecAsync();
        spec.Method = new() { Type = "full" };
        (spec.Hyperparameters.MaxSteps, spec.Hyperparameters.MaxGradNorm, spec.Hyperparameters.WeightDecay) = (6, 0, 0.1);
        var within = spec.Clone();
        (within.RunId, within.Hyperparameters.OptimizerInBackward) = (Guid.NewGuid().ToString(), true);
        within.OutputUri = _setting.Output(Guid.Parse(within.RunId)).ToString();

        var (_, _, afterwards) = await _setting.RunAsync(spec);
        var (exitCode, output, result) = await _setting.RunAsync(within);

        Assert.True(exitCode == ExitCodes.Success, output);
        Assert.Equal(afterwards.Checkpoint.Model.Sha256, result.Checkpoint.Model.Sha256);
    }

    [Fact]
    public async Task AWorkerKilledInTheMiddleIsResumedToTheSameAdapterBitForBit()
    {
        var spec = await _setting.SpecAsync();
        var whole = await _setting.SpecAsync();
        using (var killed = _setting.Start(spec))
        {
            await _setting.ExistsAsync(spec, "checkpoints/step-10/complete.json", killed);
            killed.Kill(); // SIGKILL
            await killed.WaitForExitAsync();
        }

        var (exitCode, output, result) = await _setting.RunAsync(spec);
        var (_, _, uninterrupted) = await _setting.RunAsync(whole);

        Assert.True(exitCode == ExitCodes.Success, output);
        Assert.InRange(result.Checkpoint.ResumedFromStep, 10, 195);
        Assert.Contains("resumed from the checkpoint of step", output);
        Assert.Equal(uninterrupted.Checkpoint.FinalLoss, result.Checkpoint.FinalLoss);
        Assert.Equal(uninterrupted.Checkpoint.Tokens, result.Checkpoint.Tokens);
        Assert.Equal(uninterrupted.Checkpoint.Adapter.Sha256, result.Checkpoint.Adapter.Sha256);
        var (metrics, others) = (await MetricsAsync(spec), await MetricsAsync(whole));
        Assert.Equal(Enumerable.Range(1, 200).Select(step => (long)step), metrics.Select(record => record.Step));
        Assert.Equal(others.Select(record => (record.Loss, record.GradNorm, record.LearningRate)), metrics.Select(record => (record.Loss, record.GradNorm, record.LearningRate)));
    }

    [Fact]
    public async Task ARunEndsEarlyWithItsBestWeightsAndKeepsTheirCheckpoint()
    {
        var spec = await _setting.SpecAsync(rows: Enumerable.Range(0, 6).Select(i => $$"""{"prompt": "What is {{i}} plus one?", "completion": " {{i + 1}}"}"""));
        var other = await _setting.SpecAsync(rows: Enumerable.Range(50, 20).Select(i => $$"""{"prompt": "What is {{i}} plus one?", "completion": " {{100 - i}}"}"""));
        spec.Validation = other.Train;
        (spec.Hyperparameters.LearningRate, spec.Hyperparameters.Schedule, spec.Hyperparameters.WarmupRatio) = (5e-2, "constant", 0);
        (spec.Hyperparameters.EvalEverySteps, spec.Hyperparameters.EarlyStoppingPatience, spec.Hyperparameters.LoadBestModelAtEnd) = (4, 3, true);
        (spec.Hyperparameters.Optimizer, spec.Hyperparameters.NeftuneAlpha, spec.Hyperparameters.LabelSmoothing, spec.Hyperparameters.AverageDecay) = ("adamw-8bit", 2, 0.05, 0.5);

        var (exitCode, output, result) = await _setting.RunAsync(spec);

        Assert.True(exitCode == ExitCodes.Success, output);
        Assert.True(result.Checkpoint.StoppedEarly, output);
        var measured = (await MetricsAsync(spec)).Where(record => record.EvalLoss is not null).ToList();
        var best = measured.MinBy(record => record.EvalLoss)!;
        Assert.Equal((best.Step, best.EvalLoss), (result.Checkpoint.WeightsOfStep, result.Checkpoint.ValidationLoss));
        Assert.InRange(best.Step, 1, result.Checkpoint.Steps - 1);
        await Has(spec, $"checkpoints/step-{best.Step}/complete.json");
    }

    [Fact]
    public async Task ATerminatedWorkerSavesACheckpointAndExitsWith143()
    {
        var spec = await _setting.SpecAsync();
        (spec.Hyperparameters.MaxSteps, spec.Checkpoints.EverySteps) = (100_000, 5);
        using var worker = _setting.Start(spec);
        await _setting.ExistsAsync(spec, "checkpoints/step-5/complete.json", worker);
        using (var kill = Process.Start("kill", ["-TERM", $"{worker.Id}"])) await kill.WaitForExitAsync();

        var (exitCode, output, result) = await _setting.EndAsync(worker, spec);

        Assert.Equal(ExitCodes.Terminated, exitCode);
        Assert.Equal(TrainingResult.OutcomeOneofCase.None, result.OutcomeCase);
        Assert.Contains("checkpoint of step", output);
    }

    [Fact]
    public async Task OnlyTheNewestCheckpointsAreKept()
    {
        var spec = await _setting.SpecAsync();
        spec.Hyperparameters.MaxSteps = 23;

        await _setting.RunAsync(spec);

        List<string> markers = [];
        await foreach (var file in _setting.Store.ListAsync(_setting.Output(Guid.Parse(spec.RunId)).Combine("checkpoints/"), default))
        {
            if (file.Uri.Key.EndsWith("complete.json", StringComparison.Ordinal)) markers.Add(file.Uri.Key.Split('/')[^2]);
        }

        Assert.Equal(["step-15", "step-20"], markers);
    }

    [Fact]
    public async Task ADamagedModelFileFailsTheRunForGoodAndNamesTheTensor()
    {
        var spec = await _setting.SpecAsync(folder =>
        {
            using var weights = File.OpenWrite(Path.Combine(folder, "model.safetensors"));
            weights.SetLength(weights.Length - 100);
        });

        var (exitCode, _, result) = await _setting.RunAsync(spec);

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Equal((FailureReasons.ModelInvalid, false), (result.Failure.Reason, result.Failure.Retryable));
        Assert.Matches("tensor '.+' ends at byte", result.Failure.Message);
    }

    [Fact]
    public async Task EverythingWrongWithASpecIsSaidAtOnce()
    {
        var spec = await _setting.SpecAsync();
        (spec.Hyperparameters.Schedule, spec.Hyperparameters.LearningRate, spec.Method, spec.Format) = ("zigzag", 0, WorkerSetting.Lora(rank: 0), "csv");

        var (exitCode, _, result) = await _setting.RunAsync(spec);

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Equal(FailureReasons.SpecInvalid, result.Failure.Reason);
        Assert.All(["'zigzag'", "learningRate is 0", "spec.method.lora: adapter_config.json: r is 0", "'csv'"], part => Assert.Contains(part, result.Failure.Message));
    }

    [Fact]
    public async Task PackedRowsTakeFewerStepsAndRefuseNoise()
    {
        var spec = await _setting.SpecAsync();
        (spec.Hyperparameters.Epochs, spec.Hyperparameters.Packing, spec.Hyperparameters.Loss) = (1, "bestfit", "all");

        var (exitCode, output, result) = await _setting.RunAsync(spec);

        Assert.True(exitCode == ExitCodes.Success, output);
        Assert.InRange(result.Checkpoint.Steps, 1, 9); // 40 rows in batches of 4 would take 10
        var noisy = await _setting.SpecAsync();
        (noisy.Hyperparameters.Packing, noisy.Hyperparameters.NeftuneAlpha) = ("bestfit", 5);
        Assert.Contains("neftuneAlpha is 5 with the packing bestfit", (await _setting.RunAsync(noisy)).Result.Failure.Message);
    }

    [Fact]
    public async Task ALossThatDivergesFailsTheRunForGood()
    {
        var spec = await _setting.SpecAsync();
        (spec.Hyperparameters.LearningRate, spec.Hyperparameters.MaxGradNorm, spec.Hyperparameters.WarmupRatio, spec.Hyperparameters.WeightDecay) = (10, 0, 0, 10);
        (spec.Method, spec.Hyperparameters.Schedule) = (WorkerSetting.Lora(alpha: 1e30), "constant");

        var (exitCode, output, result) = await _setting.RunAsync(spec);

        Assert.True(exitCode == ExitCodes.Failed, output);
        Assert.Equal(FailureReasons.LossDiverged, result.Failure.Reason);
    }

    public ValueTask DisposeAsync() => _setting.DisposeAsync();

    private async Task<List<MetricRecord>> MetricsAsync(TrainingSpec spec)
    {
        using var reader = new StreamReader(await _setting.Store.OpenReadAsync(_setting.Output(Guid.Parse(spec.RunId)).Combine(MetricsLog.LinesName), default));
        return [.. (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(MetricRecord.Parse)];
    }

    private async Task Has(TrainingSpec spec, string name) => Assert.NotNull(await _setting.Store.StatAsync(_setting.Output(Guid.Parse(spec.RunId)).Combine(name), default));
}
