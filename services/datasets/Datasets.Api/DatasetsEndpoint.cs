using Grpc.Core;
using Platform.Protos.Datasets.V1;

namespace Platform.Datasets.Api;

/// <summary>One line per call; each use case has its file.</summary>
internal sealed class DatasetsEndpoint(ResolveDataset resolve, GetDataset get, ListDatasets list) : DatasetsService.DatasetsServiceBase
{
    public override Task<ResolveDatasetResponse> ResolveDataset(ResolveDatasetRequest request, ServerCallContext context) => resolve.RunAsync(request, context.CancellationToken);

    public override Task<Dataset> GetDataset(GetDatasetRequest request, ServerCallContext context) => get.RunAsync(request, context.CancellationToken);

    public override Task<ListDatasetsResponse> ListDatasets(ListDatasetsRequest request, ServerCallContext context) => list.RunAsync(request, context.CancellationToken);
}
