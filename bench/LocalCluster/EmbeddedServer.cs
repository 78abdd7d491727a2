using System.Diagnostics;
using System.Globalization;
using Platform.LocalCluster.ApiServer;

namespace Platform.LocalCluster.Bench;

/// <summary>An embedded API server as a process of its own: this program, run again with `serve`. It ends with whoever started it.</summary>
public sealed class EmbeddedServer : IAsyncDisposable
{
    private readonly Process _process;

    private EmbeddedServer(Process process, string folder) => (_process, Kubeconfig) = (process, Path.Combine(folder, "kubeconfig"));

    public string Kubeconfig { get; }

    /// <summary>Returns once the server answers.</summary>
    public static async Task<EmbeddedServer> StartAsync(string folder, CancellationToken cancellation = default)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(EmbeddedServer).Assembly.Location, "serve", folder]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        if (await process.StandardOutput.ReadLineAsync(cancellation) is null) throw new InvalidOperationException("The server ended at its start; its errors are above.");
        return new EmbeddedServer(process, folder);
    }

    /// <summary>The body of `serve`.</summary>
    public static async Task<int> RunAsync(DirectoryInfo folder, TextReader input, TextWriter output, CancellationToken cancellation)
    {
        await using var server = await LocalApiServer.StartAsync(new LocalApiServerOptions { DataFolder = folder.FullName }, cancellation: cancellation);
        await output.WriteLineAsync(server.Kubeconfig);
        await output.FlushAsync(cancellation);
        await Task.Run(input.ReadToEnd, cancellation);
        return 0;
    }

    /// <summary>The largest resident size so far, and the present one, in MiB; Linux only.</summary>
    public (double Peak, double Now)? Memory()
    {
        if (!OperatingSystem.IsLinux()) return null;
        var lines = File.ReadAllLines($"/proc/{_process.Id}/status");
        double Read(string name) => double.Parse(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
        return (Read("VmHWM"), Read("VmRSS"));
    }

    /// <summary>Time on a processor so far: what a figure costs, however busy the machine is.</summary>
    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    /// <summary>SIGKILL: what a crash looks like.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
