using System.Net;
using System.Net.Sockets;

namespace Platform.Testing.Servers;

/// <summary>
/// A real server on loopback for the tests of one class: free port, own temporary folder, gone afterwards. When its program is not
/// installed, the test that asks for its address is skipped with the reason.
/// </summary>
public abstract class RealServer : IAsyncDisposable, Xunit.IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private ServerProcess? _process;
    private string? _unavailable;

    /// <summary>The server's own folder.</summary>
    protected string Folder { get; } = Directory.CreateTempSubdirectory("platform-test-").FullName;

    protected int Port { get; private set; }

    /// <summary>Why the server cannot run here, or null.</summary>
    protected abstract string? Missing { get; }

    public async ValueTask InitializeAsync()
    {
        _unavailable = Missing;
        if (_unavailable is not null) return;
        await PrepareAsync();
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort(); // may be taken by somebody else before the server listens
            try
            {
                await StartAsync();
                return;
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
            }
        }
    }

    /// <summary>Starts the server again, on the same port and data.</summary>
    public async Task StartAsync()
    {
        _process = Launch();
        var deadline = System.Diagnostics.Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            if (_process.HasExited || deadline.Elapsed > StartLimit)
            {
                var output = _process.Output;
                await _process.DisposeAsync();
                throw new InvalidOperationException($"{GetType().Name} did not start:\n{output}");
            }
            await Task.Delay(100);
        }
    }

    /// <summary>Stops the server as its administrator would.</summary>
    public Task StopAsync() => _process!.StopAsync(StopSignal);

    /// <summary>Stops the server as a power cut would.</summary>
    public Task KillAsync() => _process!.StopAsync("KILL");

    public virtual async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected virtual string StopSignal => "TERM";

    protected virtual Task PrepareAsync() => Task.CompletedTask;

    private protected abstract ServerProcess Launch();

    /// <summary>Skips the calling test when the server is not there.</summary>
    protected void Require()
    {
        if (_unavailable is not null) Xunit.Assert.Skip(_unavailable);
    }

    protected virtual async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The program's path, or null when it is neither in PATH nor in one of the folders.</summary>
    internal static string? Find(string program, params string[] folders) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(folders)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
