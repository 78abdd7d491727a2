using Grpc.Core;
using Platform.FineTune.Api.V1Alpha1;
using Platform.Protos.Datasets.V1;
using Platform.Protos.Registry.V1;
using Platform.Protos.Training.V1;
using Platform.Protos.Workers.V1;

namespace Platform.FineTune.Operator.Tests;

public sealed class RefusalsNameTheReason : IDisposable
{
    private readonly World _world = new();

    [Fact]
    public async Task BrokenRowsEndTheJobBeforeThereIsAnyPodAndTheFirstTwentyAreListed()
    {
        _world.Services.On<ResolveDatasetRequest>(_ => new ResolveDatasetResponse
        {
            Rejection = new()
            {
                Rows = 100,
                BadRows = 25,
                Message = "25 of 100 rows cannot be trained on.",
                Problems = { Enumerable.Range(1, 25).Select(line => new RowProblem { Line = line, Reason = "no key 'messages'" }) },
            },
        });
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        AssertFailed(Reasons.DatasetInvalid, Conditions.DatasetReady);
        var message = SomeJobs.Message(_world.Job, Conditions.Stalled);
        Assert.Contains("'s3://data/chat.jsonl': 25 of 100 rows cannot be trained on.", message);
        Assert.Equal(20, message.Split('\n').Count(line => line.StartsWith("line ", StringComparison.Ordinal)));
        Assert.Contains("line 20: no key 'messages'", message);
        Assert.Empty(_world.OwnedJobs());
        Assert.Contains("Warning DatasetInvalid x1", _world.Events());
    }

    [Theory]
    [InlineData(StatusCode.NotFound, Reasons.ModelNotFound)]
    [InlineData(StatusCode.FailedPrecondition, Reasons.ModelInvalid)]
    public async Task AModelThatIsNoModelEndsTheJob(StatusCode answer, string reason)
    {
        _world.Services.On<ResolveModelRequest>(_ => throw new RpcException(new(answer, "config.json is missing")));
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        AssertFailed(reason, Conditions.ModelReady);
        Assert.Equal("spec.model.uri 'registry://tiny-llama@base': config.json is missing", SomeJobs.Message(_world.Job, Conditions.Stalled));
    }

    [Fact]
    public async Task ASpecThatSlippedPastTheSchemaIsRefusedWithAllProblemsAtOnce()
    {
        _world.Apply(SomeJobs.Full(spec => spec with
        {
            Method = new() { Type = "magic", Lora = new() { Rank = 0 } },
            Training = new() { Epochs = 3, MaxSteps = 5, LearningRate = "fast" },
            Evaluate = spec.Evaluate! with { Gate = new() { Metric = "heldout.bleu" } },
        }));
        await _world.ReconcileAsync();
        var problems = SomeJobs.Message(_world.Job, Conditions.Stalled).Split('\n');
        Assert.Equal(7, problems.Length);
        Assert.Contains("spec.method.type is 'magic'; it must be one of full, lora, adalora, ia3, ln-tuning, loha, lokr, oft, boft, vera, prompt-tuning, p-tuning, prefix-tuning, p-tuning-v2, adapter.", problems);
        Assert.Contains("spec.method.lora.rank is 0; it must lie in 1..256.", problems);
        Assert.Contains("spec.method.lora is set, and spec.method.type is 'magic'; remove the block, or set the type to lora.", problems);
        Assert.Contains("spec.training must set exactly one of epochs (1 to 1000) and maxSteps (1 or more).", problems);
        Assert.Contains("spec.training.learningRate is 'fast'; it must be a decimal above 0 to 1, for example \"2e-4\".", problems);
        Assert.Contains("spec.evaluate.gate.metric is 'heldout.bleu'; it must be one of heldout.exact_match.", problems);
        Assert.Contains("spec.evaluate.gate needs min, max or both.", problems);
        Assert.Empty(_world.Services.Calls);
    }

    [Fact]
    public async Task AModelBelowTheGateIsNotRegistered()
    {
        _world.Workers.ExactMatch = 0.5;
        _world.Apply(SomeJobs.Full());
        await _world.RunToTheEndAsync();
        AssertFailed(Reasons.GateNotReached, Conditions.Registered);
        Assert.Equal(
            "heldout.exact_match of the fine-tuned model is 0.5; spec.evaluate.gate asks for at least 0.8. Nothing was registered. Train longer or on more data, or change the gate.",
            SomeJobs.Message(_world.Job, Conditions.Registered));
        Assert.True(_world.Job.Status.Conditions.IsTrue(Conditions.Evaluated));
        Assert.Empty(_world.Services.Asked<RegisterModelRequest>());
    }

    [Fact]
    public async Task ALoweredGateRegistersWithoutTrainingAgain()
    {
        _world.Workers.ExactMatch = 0.5;
        _world.Apply(SomeJobs.Full());
        await _world.RunToTheEndAsync();
        _world.Change("""{"spec":{"evaluate":{"gate":{"min":"0.4"}}}}""");
        await _world.ReconcileAsync();
        Assert.Equal("Succeeded", _world.Job.Status.Phase);
        Assert.Equal(3, _world.OwnedJobs().Count);
    }

    [Fact]
    public async Task AQuantizedModelThatLostTooMuchIsNotRegistered()
    {
        _world.Workers.PerplexityAfter = 3.6;
        _world.Apply(SomeJobs.Full());
        await _world.RunToTheEndAsync();
        AssertFailed(Reasons.PerplexityRoseTooMuch, Conditions.Registered);
    }

    [Fact]
    public async Task ACheckpointThatIsNotWhatTheWorkerWroteIsNotRegistered()
    {
        _world.Apply(SomeJobs.Full());
        while (_world.Job.Status.Phase != "Evaluating")
        {
            await _world.ReconcileAsync();
            await _world.Workers.WorkAsync();
        }

        await File.WriteAllTextAsync(Directory.GetFiles(_world.Folder, "adapter_model.safetensors", SearchOption.AllDirectories).Single(), "tampered");
        await _world.RunToTheEndAsync();
        AssertFailed(Reasons.CheckpointCorrupt, Conditions.Registered);
        Assert.Empty(_world.Services.Asked<RegisterModelRequest>());
    }

    [Fact]
    public async Task WhatTheWorkerSaidIsTheReason()
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        await _world.Workers.FailAsync(_world.OwnedJobs().Single(), new() { Reason = "LossDiverged", Message = "The loss is NaN at step 7. Lower spec.training.learningRate." }, "PodFailurePolicy");
        await _world.ReconcileAsync();
        AssertFailed(Reasons.LossDiverged, Conditions.Trained);
        Assert.Equal("The loss is NaN at step 7. Lower spec.training.learningRate.", SomeJobs.Message(_world.Job, Conditions.Trained));
        Assert.Equal("LossDiverged", _world.Services.Asked<CompleteRunRequest>().Single().Result.Failure.Reason);
    }

    [Theory]
    [InlineData("DeadlineExceeded", Reasons.DeadlineExceeded)]
    [InlineData("BackoffLimitExceeded", Reasons.BackoffLimitExceeded)]
    public async Task APodThatSaidNothingIsExplainedByItsJob(string jobReason, string reason)
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        await _world.Workers.FailAsync(_world.OwnedJobs().Single(), null, jobReason);
        await _world.ReconcileAsync();
        AssertFailed(reason, Conditions.Trained);
    }

    [Fact]
    public async Task AFailureOfAnotherSpecIsNotBelieved()
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        await _world.Workers.FailAsync(_world.OwnedJobs().Single(), new() { Reason = "LossDiverged", Message = "NaN" });
        await _world.ReconcileAsync();
        _world.Change("""{"spec":{"training":{"learningRate":"1e-5"}}}""");
        await _world.RunToTheEndAsync();
        Assert.Equal("Succeeded", _world.Job.Status.Phase);
    }

    [Fact]
    public async Task AJobThatEndsWithoutAResultFails()
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        _world.Workers.SetStatus(_world.OwnedJobs().Single(), """{"succeeded":1,"conditions":[{"type":"Complete","status":"True"}]}""");
        await _world.ReconcileAsync();
        AssertFailed(Reasons.ResultMissing, Conditions.Trained);
    }

    public void Dispose() => _world.Dispose();

    private void AssertFailed(string reason, string condition)
    {
        var job = _world.Job;
        Assert.Equal(("Failed", reason, reason, reason), (job.Status.Phase, SomeJobs.Reason(job, Conditions.Succeeded), SomeJobs.Reason(job, Conditions.Stalled), SomeJobs.Reason(job, condition)));
        Assert.True(job.Status.Conditions.IsFalse(condition));
        Assert.NotNull(job.Status.CompletionTime);
    }
}
