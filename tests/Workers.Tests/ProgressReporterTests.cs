using System.Net;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Protos.Evaluation.V1;

namespace Platform.Workers.Tests;

public sealed class ProgressReporterTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task TheLastReportArrivesWithTheRunsToken()
    {
        await using var service = await RecordingService.StartAsync();
        _worker.Variables["REPORT_TO"] = service.Address;
        _worker.Variables["RUN_TOKEN"] = "secret";
        Assert.Equal(ExitCodes.Success, await ReportAsync(percents: [1, 50, 100]));
        var reports = service.Reports();
        Assert.Equal(100, reports[^1].Percent);
        Assert.All(reports, report => Assert.Equal("Bearer secret", report.Token));
    }

    [Fact]
    public async Task AServiceThatIsAwayDoesNotFailTheWork()
    {
        _worker.Variables["REPORT_TO"] = "http://127.0.0.1:9"; // the discard port: nobody listens
        Assert.Equal(ExitCodes.Success, await ReportAsync(percents: [1, 2]));
    }

    [Fact]
    public async Task NobodyHasToWantReports() => Assert.Equal(ExitCodes.Success, await ReportAsync(percents: [1, 2]));

    private Task<int> ReportAsync(int[] percents) => _worker.RunAsync(async (_, run, _) =>
    {
        await using var reports = run.OpenReports<ReportProgressRequest>((invoker, report, options) => new EvaluationService.EvaluationServiceClient(invoker).ReportProgressAsync(report, options).ResponseAsync);
        foreach (var percent in percents) reports.Report(new ReportProgressRequest { RunId = run.RunId, SpecDigest = run.SpecDigest, Percent = percent });
        return new EvaluationResult { Scorecard = new Scorecard() };
    });

    private sealed record Received(int Percent, string? Token);

    private sealed class Recorder(Channel<Received> received) : EvaluationService.EvaluationServiceBase
    {
        public override Task<ReportProgressResponse> ReportProgress(ReportProgressRequest request, ServerCallContext context)
        {
            received.Writer.TryWrite(new Received(request.Percent, context.RequestHeaders.GetValue("authorization")));
            return Task.FromResult(new ReportProgressResponse());
        }
    }

    private sealed class RecordingService(WebApplication app, Channel<Received> received) : IAsyncDisposable
    {
        public string Address => app.Urls.First();

        public static async Task<RecordingService> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2));
            builder.Services.AddGrpc();
            var received = Channel.CreateUnbounded<Received>();
            builder.Services.AddSingleton(received);
            var app = builder.Build();
            app.MapGrpcService<Recorder>();
            await app.StartAsync();
            return new RecordingService(app, received);
        }

        public IReadOnlyList<Received> Reports()
        {
            List<Received> reports = [];
            while (received.Reader.TryRead(out var report)) reports.Add(report);
            return reports;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
