using Google.Protobuf;
using Grpc.Core;
using Platform.Protos.Artifacts.V1;
using Platform.Protos.Datasets.V1;
using Platform.Protos.Registry.V1;
using Platform.Protos.Training.V1;

namespace Platform.FineTune.Operator.Tests;

/// <summary>The services' side of the operator's calls: answers by request type, remembers what was asked, can be away.</summary>
internal sealed class ServicesDouble : CallInvoker
{
    private readonly Dictionary<Type, Func<IMessage, IMessage>> _answers = [];
    private readonly Dictionary<string, ModelVersion> _versions = [];

    public ServicesDouble()
    {
        On<ResolveModelRequest>(request => new ResolveModelResponse { Model = new() { Uri = request.Uri, Base = Artifact("models/base/") } });
        On<ResolveDatasetRequest>(request => new ResolveDatasetResponse { Dataset = Dataset(request) });
        On<EstimateMemoryRequest>(_ => new MemoryEstimate { PeakBytes = 3L << 30, WeightBytes = 1L << 30, Parameters = 1L << 28, TrainedParameters = 1 << 20 });
        On<StartRunRequest>(request => new TrainingRun { RunId = request.Spec.RunId, SpecDigest = request.Spec.SpecDigest });
        On<CompleteRunRequest>(_ => new TrainingRun());
        On<GetRunRequest>(request => new TrainingRun { RunId = request.RunId });
        On<Protos.Quantization.V1.StartRunRequest>(_ => new Protos.Quantization.V1.QuantizationRun());
        On<Protos.Quantization.V1.CompleteRunRequest>(_ => new Protos.Quantization.V1.QuantizationRun());
        On<Protos.Quantization.V1.GetRunRequest>(_ => new Protos.Quantization.V1.QuantizationRun());
        On<Protos.Evaluation.V1.StartRunRequest>(_ => new Protos.Evaluation.V1.EvaluationRun());
        On<Protos.Evaluation.V1.CompleteRunRequest>(_ => new Protos.Evaluation.V1.EvaluationRun());
        On<Protos.Evaluation.V1.GetRunRequest>(_ => new Protos.Evaluation.V1.EvaluationRun());
        On<RegisterModelRequest>(Register);
        On<ListModelVersionsRequest>(_ => new ListModelVersionsResponse { Versions = { _versions.Values } });
    }

    public List<IMessage> Calls { get; } = [];
    public bool IsDown { get; set; }

    public void On<TRequest>(Func<TRequest, IMessage> answer)
        where TRequest : IMessage => _answers[typeof(TRequest)] = request => answer((TRequest)request);

    public IReadOnlyList<T> Asked<T>() => [.. Calls.OfType<T>()];

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Calls.Add((IMessage)request);
        return new(AnswerAsync<TResponse>((IMessage)request), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public static Artifact Artifact(string key) => new() { Uri = $"s3://platform/{key}", Sha256 = new string('a', 64), SizeBytes = 10 };

    private async Task<TResponse> AnswerAsync<TResponse>(IMessage request)
    {
        await Task.Yield();
        if (IsDown) throw new RpcException(new(StatusCode.Unavailable, "connection refused"));
        return (TResponse)_answers[request.GetType()](request);
    }

    private static Dataset Dataset(ResolveDatasetRequest request)
    {
        var dataset = new Dataset { Digest = new string('d', 64), SourceUri = request.Uri, Format = request.Format, Train = Artifact("datasets/d/train.jsonl"), TrainRows = 90 };
        if (request.ValidationShare > 0) (dataset.Validation, dataset.ValidationRows) = (Artifact("datasets/d/validation.jsonl"), 10);
        return dataset;
    }

    // Idempotent as the proto promises: a run and checkpoint have one version.
    private ModelVersion Register(RegisterModelRequest request)
    {
        var key = $"{request.RunId} {(request.Source.Adapters.LastOrDefault() ?? request.Source.Base).Sha256}";
        if (!_versions.TryGetValue(key, out var version))
            _versions[key] = version = new() { Model = request.Model, Version = _versions.Count + 1, RunId = request.RunId };
        return version;
    }
}
