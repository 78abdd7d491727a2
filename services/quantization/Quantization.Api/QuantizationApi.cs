using Platform.Hosting.Database;
using Platform.Hosting.Options;
using Platform.Hosting.Security;

namespace Platform.Quantization.Api;

/// <summary>The quantization service as a part of any process.</summary>
public static class QuantizationApi
{
    public static IHostApplicationBuilder AddQuantization(this IHostApplicationBuilder builder)
    {
        builder.AddPlatformDatabase<QuantizationDbContext>("quantization");
        builder.Services.Require((options, _) => RunTokens.Problem(options.RunTokenKey));
        builder.Services.AddSingleton<StartRun>().AddSingleton<ReportProgress>().AddSingleton<CompleteRun>().AddSingleton<GetRun>();
        return builder;
    }

    public static WebApplication MapQuantization(this WebApplication app)
    {
        app.MapGrpcService<QuantizationEndpoint>();
        return app;
    }
}
