using Platform.Artifacts;
using Platform.Hosting.Database;
using Platform.Hosting.Options;

namespace Platform.Datasets.Api;

/// <summary>The datasets service as a part of any process.</summary>
public static class DatasetsApi
{
    public static IHostApplicationBuilder AddDatasets(this IHostApplicationBuilder builder)
    {
        builder.AddPlatformDatabase<DatasetsDbContext>("datasets");
        builder.Services.Require((options, _) => ArtifactStores.Problem(options.S3));
        builder.Services.AddSingleton<ResolveDataset>().AddSingleton<GetDataset>().AddSingleton<ListDatasets>();
        return builder;
    }

    public static WebApplication MapDatasets(this WebApplication app)
    {
        app.MapGrpcService<DatasetsEndpoint>();
        return app;
    }
}
