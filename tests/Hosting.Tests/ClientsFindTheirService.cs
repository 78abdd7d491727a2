using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Protos.Training.V1;
using Platform.ServiceTesting;
using Platform.Training.Api;

namespace Platform.Hosting.Tests;

public sealed class ClientsFindTheirService
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StraightOrThroughTheSidecar(bool sidecar)
    {
        using var folder = new TestFolder();
        using var other = new TestFolder();
        var seen = new Seen();
        await using var training = await ServiceHost.StartAsync(
            folder.Path,
            builder =>
            {
                builder.AddTraining();
                builder.Services.AddSingleton(seen);
                builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<Watch>());
            },
            app => app.MapTraining());
        // The sidecar is a gRPC server on loopback that passes calls on by their dapr-app-id; the service itself stands in its place here.
        var configuration = sidecar
            ? new Dictionary<string, string?> { ["DAPR_GRPC_PORT"] = new Uri(training.GrpcAddress).Port.ToString() }
            : new Dictionary<string, string?> { ["SERVICES:TRAINING"] = training.GrpcAddress };
        await using var caller = await ServiceHost.StartAsync(
            other.Path, builder => builder.Services.AddPlatformClient<TrainingService.TrainingServiceClient>("training"), _ => { }, configuration);
        var client = caller.Services.GetRequiredService<TrainingService.TrainingServiceClient>();
        Assert.Empty((await client.ListRunsAsync(new ListRunsRequest())).Runs);
        Assert.Equal(sidecar ? "training" : null, seen.AppId);
    }

    private sealed class Seen
    {
        public string? AppId { get; set; }
    }

    private sealed class Watch(Seen seen) : global::Grpc.Core.Interceptors.Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            seen.AppId = context.RequestHeaders.GetValue("dapr-app-id");
            return continuation(request, context);
        }
    }
}
