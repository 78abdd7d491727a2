using Platform.Local.Hosting;

namespace Platform.Local;

/// <summary>Runs the platform in this process until it is asked to stop.</summary>
public static class UpCommand
{
    public static async Task<int> RunAsync(PlatformFolder folder, TextWriter output, CancellationToken cancellation)
    {
        using var owned = folder.TryLock();
        if (owned is null)
        {
            await output.WriteLineAsync($"Another platform runs in {folder.Data}. `make down` stops it.");
            return 1;
        }

        await using var platform = await LocalPlatform.StartAsync(folder, cancellation);
        await output.WriteLineAsync($"The platform is ready: kubectl --kubeconfig {Path.GetRelativePath(folder.Root, folder.Kubeconfig)} get ftj");
        await platform.WaitForShutdownAsync(cancellation);
        return 0;
    }
}
