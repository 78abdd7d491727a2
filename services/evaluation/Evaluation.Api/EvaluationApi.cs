using Platform.Hosting.Database;
using Platform.Hosting.Options;
using Platform.Hosting.Security;

namespace Platform.Evaluation.Api;

/// <summary>The evaluation service as a part of any process.</summary>
public static class EvaluationApi
{
    public static IHostApplicationBuilder AddEvaluation(this IHostApplicationBuilder builder)
    {
        builder.AddPlatformDatabase<EvaluationDbContext>("evaluation");
        builder.Services.Require((options, _) => RunTokens.Problem(options.RunTokenKey));
        builder.Services.AddSingleton<StartRun>().AddSingleton<ReportProgress>().AddSingleton<CompleteRun>().AddSingleton<GetRun>();
        return builder;
    }

    public static WebApplication MapEvaluation(this WebApplication app)
    {
        app.MapGrpcService<EvaluationEndpoint>();
        return app;
    }
}
