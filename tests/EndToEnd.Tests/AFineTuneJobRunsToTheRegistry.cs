using Platform.FineTune.Api.V1Alpha1;
using Platform.Local.Follow;
using Platform.Protos.Evaluation.V1;
using Platform.Protos.Registry.V1;
using Platform.Protos.Training.V1;
using Platform.Testing;

namespace Platform.EndToEnd.Tests;

public sealed class AFineTuneJobRunsToTheRegistry
{
    private const string Worker = "Platform.Training.Worker";
    private static readonly TimeSpan StageLimit = TimeSpan.FromMinutes(6);

    /// <summary>The quickstart job, whose worker and then whose whole platform is killed while it trains.</summary>
    [Fact]
    public async Task AlsoWhenItsWorkerAndThePlatformAreKilledMeanwhile()
    {
        await using var platform = new LocalPlatformProcess();
        await platform.StartAsync();
        var manifest = SampleJob.Quickstart("quickstart");
        await platform.Jobs.ApplyAsync(manifest, default);

        var everySteps = manifest.Body["spec"]!["checkpoints"]!["everySteps"]!.GetValue<long>();
        await Eventually.Async("training passes its first checkpoint", StageLimit, async () => await StepOf(platform, manifest) > everySteps);
        Assert.Equal(1, platform.KillWorkers(Worker));

        var killedAt = await StepOf(platform, manifest);
        await Eventually.Async("another attempt trains past the first one", StageLimit, async () => await StepOf(platform, manifest) > killedAt + everySteps);
        await platform.KillAsync();
        await platform.StartAsync();

        FineTuneJob? job = null;
        await Eventually.Async("the job ends", StageLimit, async () => (job = await platform.Jobs.FindAsync(manifest, default)) is not null && JobFollower.HasEnded(job));
        Assert.True(job!.Status.Conditions.IsTrue(Conditions.Succeeded), string.Join('\n', job.Status.Conditions!) + '\n' + platform.Output());

        var run = await new TrainingService.TrainingServiceClient(platform.Services).GetRunAsync(new() { RunId = job.RunId });
        Assert.Equal("succeeded", run.State);
        Assert.True(run.Checkpoint.ResumedFromStep >= everySteps, $"Training began again at step {run.Checkpoint.ResumedFromStep}.");

        var scorecard = (await new EvaluationService.EvaluationServiceClient(platform.Services).GetRunAsync(new() { RunId = job.RunId })).Result.Scorecard;
        Assert.True(ExactMatch(scorecard, "base") < 0.1, $"Before: {ExactMatch(scorecard, "base")}");
        Assert.True(ExactMatch(scorecard, "tuned") >= 0.8, $"After: {ExactMatch(scorecard, "tuned")}");

        var registry = new RegistryService.RegistryServiceClient(platform.Services);
        var version = Assert.Single((await registry.ListModelVersionsAsync(new() { Model = "support-bot" })).Versions);
        Assert.Equal(job.RunId, version.RunId);
        Assert.Equal(["candidate"], version.Aliases);
        Assert.All(version.Quantized, model => Assert.True(model.Artifact.SizeBytes < model.OriginalSizeBytes));
        Assert.NotEmpty(version.Quantized);
        Assert.Empty(platform.WorkersOf("Platform."));
    }

    private static async Task<long> StepOf(LocalPlatformProcess platform, JobManifest manifest) =>
        (await platform.Jobs.FindAsync(manifest, default))?.Status.Progress?.Step ?? 0;

    private static double ExactMatch(Scorecard scorecard, string subject) =>
        scorecard.Scores.Single(score => score.Suite == "heldout" && score.Subject == subject && score.Metric == "exact_match").Value;
}
