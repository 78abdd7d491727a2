using Platform.Protos.Artifacts.V1;
using Platform.Protos.Evaluation.V1;

namespace Platform.Workers.Tests;

public sealed class ArtifactsTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task WhatOneWorkerPublishesAnotherFetches()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_worker.Scratch, "made"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "config.json"), "{}");
        Artifact? published = null;
        string? fetched = null;
        Assert.Equal(ExitCodes.Success, await _worker.RunAsync(async (_, run, cancellation) =>
        {
            published = await run.PublishFolderAsync(folder.FullName, "nf4", cancellation);
            fetched = await run.FetchAsync(published, "model.base", cancellation);
            return new EvaluationResult { Scorecard = new Scorecard() };
        }));
        Assert.Equal(_worker.Spec.OutputUri + "nf4/", published!.Uri);
        Assert.Equal("{}", await File.ReadAllTextAsync(Path.Combine(fetched!, "config.json")));
    }

    [Fact]
    public async Task AChangedArtifactIsRefusedForGood()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_worker.Scratch, "made"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "config.json"), "{}");
        Assert.Equal(ExitCodes.Failed, await _worker.RunAsync(async (_, run, cancellation) =>
        {
            var published = await run.PublishFolderAsync(folder.FullName, "nf4", cancellation);
            published.Sha256 = new string('0', 64);
            await run.FetchAsync(published, "model.base", cancellation);
            return new EvaluationResult();
        }));
        var failure = (await _worker.ResultAsync()).Failure;
        Assert.Equal(FailureReasons.ArtifactChanged, failure.Reason);
        Assert.Contains("model.base", failure.Message);
    }

    [Fact]
    public async Task AMissingArtifactMayComeBack()
    {
        var missing = new Artifact { Uri = "s3://platform/models/none/", Sha256 = new string('0', 64) };
        Assert.Equal(ExitCodes.Retry, await _worker.RunAsync(async (_, run, cancellation) =>
        {
            await run.FetchAsync(missing, "model.base", cancellation);
            return new EvaluationResult();
        }));
        Assert.Equal(FailureReasons.ArtifactMissing, (await _worker.ResultAsync()).Failure.Reason);
    }

    [Fact]
    public async Task AnArtifactWithoutADigestIsRefused()
    {
        Assert.Equal(ExitCodes.Failed, await _worker.RunAsync(async (_, run, cancellation) =>
        {
            await run.FetchAsync(new Artifact { Uri = "s3://platform/models/none/" }, "subjects[0].model.base", cancellation);
            return new EvaluationResult();
        }));
        Assert.Contains("subjects[0].model.base.sha256", (await _worker.ResultAsync()).Failure.Message);
    }
}
