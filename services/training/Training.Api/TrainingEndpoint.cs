using Grpc.Core;
using Platform.Protos.Training.V1;

namespace Platform.Training.Api;

/// <summary>
/// One line per call; each use case has its file. Only ReportProgress comes from outside the control plane and needs a token; the operator's
/// calls are trusted within the cluster, where a NetworkPolicy decides who reaches the port.
/// </summary>
internal sealed class TrainingEndpoint(StartRun start, ReportProgress report, CompleteRun complete, EstimateMemory estimate, GetRun get, ListRuns list) : TrainingService.TrainingServiceBase
{
    public override Task<TrainingRun> StartRun(StartRunRequest request, ServerCallContext context) => start.RunAsync(request, context.CancellationToken);

    public override Task<ReportProgressResponse> ReportProgress(ReportProgressRequest request, ServerCallContext context) => report.RunAsync(request, context);

    public override Task<TrainingRun> CompleteRun(CompleteRunRequest request, ServerCallContext context) => complete.RunAsync(request, context.CancellationToken);

    public override Task<MemoryEstimate> EstimateMemory(EstimateMemoryRequest request, ServerCallContext context) => estimate.RunAsync(request, context.CancellationToken);

    public override Task<TrainingRun> GetRun(GetRunRequest request, ServerCallContext context) => get.RunAsync(request, context.CancellationToken);

    public override Task<ListRunsResponse> ListRuns(ListRunsRequest request, ServerCallContext context) => list.RunAsync(request, context.CancellationToken);
}
