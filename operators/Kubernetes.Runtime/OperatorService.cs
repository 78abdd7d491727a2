using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Kubernetes.Runtime;

/// <summary>
/// Watches always, works only while it leads, and stops the process when it no longer does: what it was about to write may
/// be the next leader's to decide.
/// </summary>
internal sealed partial class OperatorService(IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<OperatorService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        // The API server may be a part of this very process: nothing here is made before everything else runs.
        await StartedAsync(stopping);
        if (stopping.IsCancellationRequested) return;
        try
        {
            var (controllers, options) = (services.GetServices<IController>().ToList(), services.GetRequiredService<OperatorOptions>());
            await RunAsync(controllers, options, stopping);
        }
        catch (Exception problem)
        {
            LogFailed(problem);
            lifetime.StopApplication();
            throw;
        }
    }

    private async Task RunAsync(List<IController> controllers, OperatorOptions options, CancellationToken stopping)
    {
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var watching = Task.WhenAll(controllers.Select(controller => controller.WatchAsync(stopping)));
        try
        {
            if (options.LeaderElection) await LeadAsync(controllers, options, work, stopping);
            else await WorkAsync(controllers, options, work.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        finally
        {
            await work.CancelAsync();
            if (stopping.IsCancellationRequested) await watching;
        }
    }

    private async Task LeadAsync(List<IController> controllers, OperatorOptions options, CancellationTokenSource work, CancellationToken stopping)
    {
        var gate = services.GetRequiredService<LeaderGate>();
        try
        {
            await gate.AcquireAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            await gate.ReleaseAsync(); // the server may have granted what was no longer heard
            throw;
        }

        var working = WorkAsync(controllers, options, work.Token);
        var holding = gate.HoldAsync(work.Token);
        var first = await Task.WhenAny(working, holding);
        await work.CancelAsync();
        try
        {
            await Task.WhenAll(working, holding);
        }
        catch (OperationCanceledException) when (work.IsCancellationRequested)
        {
        }

        if (!stopping.IsCancellationRequested && first == holding) lifetime.StopApplication();
        else await gate.ReleaseAsync();
    }

    private async Task WorkAsync(List<IController> controllers, OperatorOptions options, CancellationToken cancellation)
    {
        LogWorks(options.Name);
        await Task.WhenAll(controllers.Select(controller => controller.WorkAsync(cancellation)));
    }

    private async Task StartedAsync(CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, lifetime.ApplicationStarted);
        await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} works")]
    private partial void LogWorks(string name);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The operator cannot go on")]
    private partial void LogFailed(Exception problem);
}
