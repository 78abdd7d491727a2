using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Platform.Local;

/// <summary>Starts the platform as a process of its own, in its own session, and stops it again.</summary>
public static partial class BackgroundPlatform
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    /// <summary>Starts `up` in the background and returns when it answers, or fails with the end of its log.</summary>
    public static async Task<int> StartAsync(PlatformFolder folder, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        if (folder.Running() is { } running)
        {
            await output.WriteLineAsync("The platform is running already.");
            return Print(running, folder, output);
        }

        using var child = Process.Start(new ProcessStartInfo("/bin/sh")
        {
            // setsid: a Ctrl-C in this terminal is not for the platform.
            ArgumentList =
            {
                "-c", "exec setsid \"$@\" >>\"$LOG\" 2>&1 </dev/null", "platform",
                Environment.ProcessPath!, Environment.GetCommandLineArgs()[0], "up", "--root", folder.Root,
            },
            Environment = { ["LOG"] = folder.Log },
            UseShellExecute = false,
        })!;

        var deadline = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(deadline) < StartLimit)
        {
            if (folder.Running() is { } started) return Print(started, folder, output);
            if (child.HasExited) break;
            await Task.Delay(100, cancellation);
        }

        await errors.WriteLineAsync($"The platform did not start. The end of {Path.GetRelativePath(folder.Root, folder.Log)}:");
        foreach (var line in File.ReadLines(folder.Log).TakeLast(20)) await errors.WriteLineAsync("  " + line);
        return 1;
    }

    /// <summary>Asks the running platform to stop and waits until it is gone; it stops its pods first.</summary>
    public static async Task<int> StopAsync(PlatformFolder folder, TextWriter output, CancellationToken cancellation)
    {
        using var process = folder.Running()?.Process();
        if (process is null)
        {
            await output.WriteLineAsync("No platform runs here.");
            return 0;
        }

        const int terminate = 15;
        _ = Kill(process.Id, terminate);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(cancellation);
            await output.WriteLineAsync($"The platform did not stop within {StopLimit.TotalSeconds:0} s and was killed; nothing stored is lost.");
            return 0;
        }

        await output.WriteLineAsync("The platform has stopped. Its data stays in .platform; `make up` continues where it was.");
        return 0;
    }

    private static int Print(LocalEndpoints endpoints, PlatformFolder folder, TextWriter output)
    {
        output.WriteLine($"""
            Kubernetes API  {endpoints.Kubernetes}
                            kubectl --kubeconfig {Path.GetRelativePath(folder.Root, folder.Kubeconfig)} get ftj
            Services, JSON  {endpoints.Http}  (OpenAPI at {endpoints.Http}/openapi/v1.json)
            Services, gRPC  {endpoints.Grpc}
            Log             {Path.GetRelativePath(folder.Root, folder.Log)}
            """);
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
