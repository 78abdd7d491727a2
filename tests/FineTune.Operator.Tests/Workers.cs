using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using k8s.Models;
using Platform.Artifacts;
using Platform.FineTune.Operator.Phases;
using Platform.FineTune.Operator.Rendering;
using Platform.Protos.Evaluation.V1;
using Platform.Protos.Quantization.V1;
using Platform.Protos.Training.V1;
using Platform.Protos.Workers.V1;

namespace Platform.FineTune.Operator.Tests;

/// <summary>What the Job controller and the pods do: read the spec file, write artifacts and a result, end.</summary>
internal sealed class Workers(World world)
{
    public double ExactMatch { get; set; } = 0.9;
    public double PerplexityAfter { get; set; } = 3.1;
    public bool TrainsWholeModels { get; set; }

    /// <summary>Every running Job ends with a result.</summary>
    public async Task WorkAsync()
    {
        foreach (var job in world.OwnedJobs().Where(job => StageJobs.Finished(job) is null && job.Spec.Suspend != true)) await EndAsync(job);
    }

    public async Task EndAsync(V1Job job)
    {
        var spec = Spec(job);
        switch (StageOf(job))
        {
            case "train": await TrainAsync(JsonParser.Default.Parse<TrainingSpec>(spec)); break;
            case "quantize": await WriteAsync(Quantize(JsonParser.Default.Parse<QuantizationSpec>(spec)), "quantize"); break;
            case "evaluate": await WriteAsync(Evaluate(JsonParser.Default.Parse<EvaluationSpec>(spec)), "evaluate"); break;
        }

        SetStatus(job, """{"succeeded":1,"active":0,"conditions":[{"type":"Complete","status":"True"}]}""");
    }

    /// <summary>The pods of a Job fail for good; with a failure, the worker wrote it down.</summary>
    public async Task FailAsync(V1Job job, WorkerFailure? failure, string reason = "BackoffLimitExceeded")
    {
        var digest = JsonNode.Parse(Spec(job))!["specDigest"]!.ToString();
        if (failure is not null) await WriteAsync(new TrainingResult { RunId = World.Uid, SpecDigest = digest, Failure = failure }, StageOf(job));
        SetStatus(job, $$"""{"failed":1,"active":0,"conditions":[{"type":"Failed","status":"True","reason":"{{reason}}","message":"gave up"}]}""");
    }

    public void SetStatus(V1Job job, string status) =>
        world.Api.Do(store => store.Patch(World.Path("jobs", job.Metadata.Name), JsonNode.Parse($$"""{"status":{{status}} }""")!));

    public static string StageOf(V1Job job) => job.Metadata.Labels[StageNames.StageLabel];

    private string Spec(V1Job job) => world.Api.Do(store => store.Get(World.Path("configmaps", job.Metadata.Name))["data"]!["spec.json"]!.ToString());

    private async Task TrainAsync(TrainingSpec spec)
    {
        var folder = ArtifactUri.Parse(spec.OutputUri + (TrainsWholeModels ? "model/" : "adapter/"));
        await PutAsync(folder.Combine(TrainsWholeModels ? "model.safetensors" : "adapter_model.safetensors"), "weights");
        await PutAsync(ArtifactUri.Parse(spec.OutputUri + "checkpoints/step-10/state"), "state");
        var pinned = await ArtifactFolder.PinAsync(world.Store, folder, CancellationToken.None);
        var artifact = new Protos.Artifacts.V1.Artifact { Uri = folder.ToString(), Sha256 = pinned.Sha256, SizeBytes = pinned.SizeBytes };
        var checkpoint = new Checkpoint { Steps = 10, FinalLoss = 0.5 };
        if (TrainsWholeModels) checkpoint.Model = artifact;
        else checkpoint.Adapter = artifact;
        await WriteAsync(new TrainingResult { RunId = spec.RunId, SpecDigest = spec.SpecDigest, Checkpoint = checkpoint }, "train");
    }

    private QuantizationResult Quantize(QuantizationSpec spec) => new()
    {
        RunId = spec.RunId,
        SpecDigest = spec.SpecDigest,
        Models = { spec.Targets.Select(target => new QuantizedModel { Target = target, Artifact = ServicesDouble.Artifact($"runs/{spec.RunId}/quantize/{target.Format}/"), OriginalSizeBytes = 40, PerplexityBefore = 3, PerplexityAfter = PerplexityAfter }) },
    };

    private EvaluationResult Evaluate(EvaluationSpec spec) => new()
    {
        RunId = spec.RunId,
        SpecDigest = spec.SpecDigest,
        Scorecard = new()
        {
            Scores = { from subject in spec.Subjects from suite in spec.Suites from metric in suite.Metrics select new Score { Subject = subject.Name, Suite = suite.Name, Metric = metric, Value = ExactMatch, Count = 10 } },
        },
    };

    private Task WriteAsync(IMessage result, string stage) => PutAsync(ArtifactUri.Parse(Stage.Folder(World.Uid) + $"{stage}/result.json"), JsonFormatter.Default.Format(result));

    private Task PutAsync(ArtifactUri uri, string text) => world.Store.PutAsync(uri, new MemoryStream(Encoding.UTF8.GetBytes(text)), PutCondition.Overwrite, CancellationToken.None);
}
