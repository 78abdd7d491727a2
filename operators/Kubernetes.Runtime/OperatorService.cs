using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Kubernetes.Runtime;

/// <summary>
/// Watches always, works only while it leads, and stops the process when it no longer does: what it was about to write may
/// be the next leader's to decide.
/// </summary>
internal sealed partial class OperatorService(
    IEnumerable<IController> controllers, LeaderGate gate, OperatorOptions options, IHostApplicationLifetime lifetime, ILogger<OperatorService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var watching = Task.WhenAll(controllers.Select(controller => controller.WatchAsync(stopping)));
        try
        {
            if (options.LeaderElection) await LeadAsync(work, stopping);
            else await WorkAsync(work.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception problem)
        {
            LogFailed(problem);
            lifetime.StopApplication();
            throw;
        }
        finally
        {
            await work.CancelAsync();
            if (stopping.IsCancellationRequested) await watching;
        }
    }

    private async Task LeadAsync(CancellationTokenSource work, CancellationToken stopping)
    {
        await gate.AcquireAsync(stopping);
        var working = WorkAsync(work.Token);
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
        else await gate.ReleaseAsync(CancellationToken.None);
    }

    private async Task WorkAsync(CancellationToken cancellation)
    {
        LogWorks(options.Name);
        await Task.WhenAll(controllers.Select(controller => controller.WorkAsync(cancellation)));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} works")]
    private partial void LogWorks(string name);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The operator cannot go on")]
    private partial void LogFailed(Exception problem);
}
