using Grpc.Core;
using Platform.Protos.Registry.V1;

namespace Platform.Registry.Api;

/// <summary>One line per call; each use case has its file.</summary>
internal sealed class RegistryEndpoint(
    ResolveModel resolve, RegisterModel register, GetModelVersion getVersion, ListModelVersions listVersions, ListModels listModels, SetAlias setAlias, GetAlias getAlias, GetLineage lineage)
    : RegistryService.RegistryServiceBase
{
    public override Task<ResolveModelResponse> ResolveModel(ResolveModelRequest request, ServerCallContext context) => resolve.RunAsync(request, context.CancellationToken);

    public override Task<ModelVersion> RegisterModel(RegisterModelRequest request, ServerCallContext context) => register.RunAsync(request, context.CancellationToken);

    public override Task<ModelVersion> GetModelVersion(GetModelVersionRequest request, ServerCallContext context) => getVersion.RunAsync(request, context.CancellationToken);

    public override Task<ListModelVersionsResponse> ListModelVersions(ListModelVersionsRequest request, ServerCallContext context) => listVersions.RunAsync(request, context.CancellationToken);

    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context) => listModels.RunAsync(request, context.CancellationToken);

    public override Task<Alias> SetAlias(SetAliasRequest request, ServerCallContext context) => setAlias.RunAsync(request, context.CancellationToken);

    public override Task<Alias> GetAlias(GetAliasRequest request, ServerCallContext context) => getAlias.RunAsync(request, context.CancellationToken);

    public override Task<Lineage> GetLineage(GetLineageRequest request, ServerCallContext context) => lineage.RunAsync(request, context.CancellationToken);
}
