using Platform.Artifacts;
using Platform.Contracts;
using Platform.Contracts.Datasets.V1;
using Platform.Contracts.Evaluation.V1;
using Platform.Contracts.Quantization.V1;
using Platform.Contracts.Registry.V1;
using Platform.Contracts.Training.V1;
using Platform.Hosting.Database;
using Platform.Hosting.Inbox;
using Platform.Hosting.Options;

namespace Platform.Registry.Api;

/// <summary>The model registry as a part of any process.</summary>
public static class RegistryApi
{
    private const string Service = "registry";

    public static IHostApplicationBuilder AddRegistry(this IHostApplicationBuilder builder)
    {
        builder.AddPlatformDatabase<RegistryDbContext>(Service);
        builder.Services.Require((options, _) => ArtifactStores.Problem(options.S3));
        builder.Services.AddSingleton<ResolveModel>().AddSingleton<RegisterModel>().AddSingleton<GetModelVersion>().AddSingleton<ListModelVersions>()
            .AddSingleton<ListModels>().AddSingleton<SetAlias>().AddSingleton<GetAlias>().AddSingleton<GetLineage>();
        return builder
            .AddLineageOf<DatasetResolved>().AddLineageOf<DatasetRejected>()
            .AddLineageOf<TrainingStarted>().AddLineageOf<TrainingCompleted>().AddLineageOf<TrainingFailed>()
            .AddLineageOf<ModelQuantized>().AddLineageOf<EvaluationCompleted>()
            .AddLineageOf<ModelVersionRegistered>().AddLineageOf<AliasMoved>();
    }

    public static WebApplication MapRegistry(this WebApplication app)
    {
        app.MapGrpcService<RegistryEndpoint>();
        return app;
    }

    private static IHostApplicationBuilder AddLineageOf<TEvent>(this IHostApplicationBuilder builder) where TEvent : class, IRunEvent =>
        builder.AddEventHandler<TEvent, RegistryDbContext, BuildLineage>(Service);
}
