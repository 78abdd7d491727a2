using Platform.Hosting.Database;
using Platform.Hosting.Options;
using Platform.Hosting.Security;

namespace Platform.Training.Api;

/// <summary>The training service as a part of any process.</summary>
public static class TrainingApi
{
    public static IHostApplicationBuilder AddTraining(this IHostApplicationBuilder builder)
    {
        builder.AddPlatformDatabase<TrainingDbContext>("training");
        builder.Services.Require((options, _) => RunTokens.Problem(options.RunTokenKey));
        builder.Services.AddSingleton<RunGauges>().AddSingleton<StartRun>().AddSingleton<ReportProgress>().AddSingleton<CompleteRun>().AddSingleton<EstimateMemory>().AddSingleton<GetRun>().AddSingleton<ListRuns>();
        return builder;
    }

    public static WebApplication MapTraining(this WebApplication app)
    {
        app.MapGrpcService<TrainingEndpoint>();
        return app;
    }
}
