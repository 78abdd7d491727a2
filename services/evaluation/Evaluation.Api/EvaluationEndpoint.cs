using Grpc.Core;
using Platform.Protos.Evaluation.V1;

namespace Platform.Evaluation.Api;

/// <summary>
/// One line per call; each use case has its file. Only ReportProgress comes from outside the control plane and needs a token; the operator's
/// calls are trusted within the cluster, where a NetworkPolicy decides who reaches the port.
/// </summary>
internal sealed class EvaluationEndpoint(StartRun start, ReportProgress report, CompleteRun complete, GetRun get) : EvaluationService.EvaluationServiceBase
{
    public override Task<EvaluationRun> StartRun(StartRunRequest request, ServerCallContext context) => start.RunAsync(request, context.CancellationToken);

    public override Task<ReportProgressResponse> ReportProgress(ReportProgressRequest request, ServerCallContext context) => report.RunAsync(request, context);

    public override Task<EvaluationRun> CompleteRun(CompleteRunRequest request, ServerCallContext context) => complete.RunAsync(request, context.CancellationToken);

    public override Task<EvaluationRun> GetRun(GetRunRequest request, ServerCallContext context) => get.RunAsync(request, context.CancellationToken);
}
