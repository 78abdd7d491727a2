using Grpc.Core;
using Platform.FineTune.Api.V1Alpha1;
using Platform.Protos.Training.V1;

namespace Platform.FineTune.Operator.Tests;

public sealed class MemoryIsToldBeforehand : IDisposable
{
    private readonly World _world = new();

    [Fact]
    public async Task TheStatusSaysWhatTrainingWillTake()
    {
        _world.Apply(SomeJobs.Full());
        await _world.ReconcileAsync();
        Assert.Equal(new EstimateStatus { Memory = "3072Mi", Parameters = 1L << 28, TrainedParameters = 1 << 20 }, _world.Job.Status.Estimate);
        await _world.RunToTheEndAsync();
        Assert.Single(_world.Services.Asked<EstimateMemoryRequest>());
        Assert.Equal("3072Mi", _world.Job.Status.Estimate!.Memory);
    }

    [Fact]
    public async Task ALimitThatHoldsNotEvenTheWeightsIsRefused()
    {
        _world.Apply(SomeJobs.Full(spec => spec with { Resources = new() { Memory = "512Mi" } }));
        await _world.ReconcileAsync();
        Assert.Equal(Reasons.MemoryInsufficient, SomeJobs.Reason(_world.Job, Conditions.Trained));
        Assert.Contains("spec.resources.memory is 512Mi; weights, gradients and optimizer alone take 1024Mi, the whole step up to 3072Mi", SomeJobs.Message(_world.Job, Conditions.Trained));
        Assert.Empty(_world.OwnedJobs());
    }

    [Fact]
    public async Task ALimitThatShortRowsMayKeepIsTried()
    {
        _world.Apply(SomeJobs.Full(spec => spec with { Resources = new() { Memory = "2Gi" } }));
        Assert.Equal("Succeeded", (await _world.RunToTheEndAsync()).Status.Phase);
    }

    [Fact]
    public async Task AModelThatNobodyCanEstimateTrainsAllTheSame()
    {
        _world.Services.On<EstimateMemoryRequest>(_ => throw new RpcException(new Status(StatusCode.FailedPrecondition, "model_type is 'new'")));
        _world.Apply(SomeJobs.Full(spec => spec with { Resources = new() { Memory = "1Mi" } }));
        var job = await _world.RunToTheEndAsync();
        Assert.Equal("Succeeded", job.Status.Phase);
        Assert.Null(job.Status.Estimate);
    }

    public void Dispose() => _world.Dispose();
}
