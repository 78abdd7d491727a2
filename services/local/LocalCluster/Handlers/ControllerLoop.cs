using Microsoft.Extensions.Logging;
using Platform.LocalCluster.ApiServer;

namespace Platform.LocalCluster.Handlers;

/// <summary>Runs a controller until the server stops; one that fails starts again a second later, from what the store says.</summary>
internal static partial class ControllerLoop
{
    public static async Task RunAsync(string name, Func<CancellationToken, Task> run, ILogger logger, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await run(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Failed(logger, failure, name);
                await Task.Delay(TimeSpan.FromSeconds(1), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Controller} controller failed and starts again.")]
    private static partial void Failed(ILogger logger, Exception failure, string controller);
}
