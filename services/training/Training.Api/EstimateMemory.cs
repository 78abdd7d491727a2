using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Platform.Artifacts;
using Platform.Estimation.Shapes;
using Platform.Estimation.Training;
using Platform.Hosting.Grpc;
using Platform.Protos.Training.V1;

namespace Platform.Training.Api;

/// <summary>Tells the memory of a training run before it runs. Every row is taken to be as long as the spec allows.</summary>
internal sealed class EstimateMemory(IArtifactStore store)
{
    private const int DefaultMaxLength = 512;

    public async Task<MemoryEstimate> RunAsync(EstimateMemoryRequest request, CancellationToken cancellation)
    {
        var spec = request.Spec ?? throw Refusal.InvalidArgument("spec is missing; it must be the TrainingSpec that the worker gets.");
        if (spec.Model?.Base is not { } model) throw Refusal.InvalidArgument("spec.model.base is missing; it must be the base model's artifact, as ResolveModel returned it.");
        try
        {
            var shape = ModelShape.Of(await ConfigAsync(model.Uri, cancellation));
            var setup = Setup(spec, shape);
            var memory = TrainingMemory.Of(shape, setup);
            return new()
            {
                PeakBytes = memory.Peak,
                WeightBytes = memory.Weights,
                GradientBytes = memory.Gradients,
                OptimizerBytes = memory.OptimizerStates,
                ActivationBytes = memory.Activations,
                LogitBytes = memory.Logits,
                ProcessBytes = TrainingMemory.ProcessBytes,
                Parameters = shape.Parameters,
                TrainedParameters = setup.Adapter?.Parameters ?? shape.Parameters,
            };
        }
        catch (Exception unknown) when (unknown is ShapeException or OverflowException)
        {
            throw Refusal.FailedPrecondition($"The memory of {spec.Model.Uri} cannot be told: {unknown.Message}");
        }
    }

    private async Task<JsonObject> ConfigAsync(string folder, CancellationToken cancellation)
    {
        try
        {
            await using var content = await store.OpenReadAsync(ArtifactUri.Parse(folder).Combine("config.json"), cancellation);
            return (await JsonNode.ParseAsync(content, cancellationToken: cancellation)) as JsonObject ?? throw new ShapeException("config.json is no object.");
        }
        catch (Exception missing) when (missing is ArtifactNotFoundException or JsonException or FormatException or ArgumentException)
        {
            throw new ShapeException($"{folder}config.json cannot be read: {missing.Message}");
        }
    }

    private static TrainingSetup Setup(TrainingSpec spec, ModelShape model)
    {
        var hyper = spec.Hyperparameters ?? new();
        return new()
        {
            Rows = Math.Clamp(hyper.BatchSize, 1, 1 << 16),
            Positions = hyper.MaxLength > 0 ? hyper.MaxLength : DefaultMaxLength,
            Adapter = spec.Method?.AdapterConfig is { } config ? AdapterConfigFigures.Of(model, (JsonObject)JsonNode.Parse(JsonFormatter.Default.Format(config))!) : null,
            ValueBytes = hyper.Precision is "bf16" or "fp16" ? 2 : 4,
            Optimizer = hyper.Optimizer switch
            {
                "sgd" => hyper.Momentum > 0 ? OptimizerKind.OneMoment : OptimizerKind.Sgd,
                "lion" or "rmsprop" or "adagrad" => OptimizerKind.OneMoment,
                "adamw-8bit" => OptimizerKind.AdamW8Bit,
                "adafactor" => OptimizerKind.Adafactor,
                _ => OptimizerKind.AdamW,
            },
            Kept = hyper.GradientCheckpointing switch
            {
                "half" => KeptBlocks.LaterHalf,
                "blocks" => KeptBlocks.Last,
                _ => KeptBlocks.All,
            },
            MovesInBackward = hyper.OptimizerInBackward,
            AccumulatesGradients = hyper.GradientAccumulation > 1,
            Averages = hyper.AverageDecay > 0,
        };
    }
}
