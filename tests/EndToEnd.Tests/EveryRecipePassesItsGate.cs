using Platform.FineTune.Api.V1Alpha1;
using Platform.Local.Follow;
using Platform.Protos.Evaluation.V1;
using Platform.Testing;

namespace Platform.EndToEnd.Tests;

/// <summary>The recipes as <c>make recipes</c> runs them: one platform, one job after the other.</summary>
public sealed class EveryRecipePassesItsGate(EveryRecipePassesItsGate.OnePlatform platform) : IClassFixture<EveryRecipePassesItsGate.OnePlatform>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public static TheoryData<string> Recipes => [.. Directory.GetDirectories(Path.Combine(RepositoryFolder.Root, "samples", "recipes")).Where(folder => File.Exists(Path.Combine(folder, "job.yaml"))).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Recipes))]
    public async Task AndItsBaseModelDoesNot(string recipe)
    {
        var manifest = SampleJob.Read(Path.Combine("recipes", recipe));
        await platform.Process.Jobs.ApplyAsync(manifest, default);

        FineTuneJob? job = null;
        await Eventually.Async("the job ends", Limit, async () => (job = await platform.Process.Jobs.FindAsync(manifest, default)) is not null && JobFollower.HasEnded(job));
        Assert.True(job!.Status.Conditions.IsTrue(Conditions.Succeeded), string.Join('\n', job.Status.Conditions!) + '\n' + platform.Process.Output());

        var gate = job.Spec.Evaluate!.Gate!;
        var scorecard = (await new EvaluationService.EvaluationServiceClient(platform.Process.Services).GetRunAsync(new() { RunId = job.RunId })).Result.Scorecard;
        var before = Assert.Single(scorecard.Scores, score => score.Subject == "base" && $"{score.Suite}.{score.Metric}" == gate.Metric).Value;
        Assert.True(gate.Min is null || before < double.Parse(gate.Min, System.Globalization.CultureInfo.InvariantCulture), $"The base model passes the gate already: {before}.");
        Assert.True(gate.Max is null || before > double.Parse(gate.Max, System.Globalization.CultureInfo.InvariantCulture), $"The base model passes the gate already: {before}.");
    }

    public sealed class OnePlatform : IAsyncLifetime
    {
        public LocalPlatformProcess Process { get; } = new();

        public async ValueTask InitializeAsync() => await Process.StartAsync();

        public ValueTask DisposeAsync() => Process.DisposeAsync();
    }
}
