using System.Diagnostics;
using System.Runtime.InteropServices;
using Grpc.Net.Client;
using k8s;
using Platform.Local;
using Platform.Local.Follow;
using Platform.Testing;

// Each test starts whole platforms and trains: one at a time is fastest on a small machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Platform.EndToEnd.Tests;

/// <summary>The platform as a user runs it: a process of its own in a folder of its own.</summary>
public sealed partial class LocalPlatformProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private readonly List<string> _output = [];
    private Process _process = null!;
    private LocalEndpoints _endpoints = null!;

    public LocalPlatformProcess()
    {
        var root = Directory.CreateTempSubdirectory("platform-e2e-");
        Folder = new PlatformFolder(root.FullName);
    }

    public PlatformFolder Folder { get; }

    /// <summary>Configuration beside what the test's own process has.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public k8s.Kubernetes Kubernetes { get; private set; } = null!;
    public GrpcChannel Services { get; private set; } = null!;
    public LocalEndpoints Endpoints => _endpoints;
    public JobClient Jobs => new(Kubernetes);

    public async Task StartAsync()
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet")
            {
                ArgumentList = { typeof(PlatformFolder).Assembly.Location, "up", "--root", Folder.Root },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        foreach (var (name, value) in Environment) _process.StartInfo.Environment[name] = value;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.Async("the platform answers", StartLimit, async () =>
        {
            Assert.False(_process.HasExited, "The platform ended at its start:\n" + Output());
            if (Folder.Running() is not { } endpoints || endpoints.ProcessId != _process.Id) return false;
            _endpoints = endpoints;
            await Task.CompletedTask;
            return true;
        });
        Kubernetes = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Folder.Kubeconfig));
        Services = GrpcChannel.ForAddress(_endpoints.Grpc);
    }

    /// <summary>SIGKILL, of this one process: what a crash looks like.</summary>
    public async Task KillAsync()
    {
        Services.Dispose();
        Kubernetes.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>SIGKILLs the processes of pods whose command line contains <paramref name="program"/>; returns how many.</summary>
    public int KillWorkers(string program)
    {
        const int sigkill = 9;
        var workers = WorkersOf(program).ToList();
        foreach (var worker in workers) _ = Kill(worker, sigkill);
        return workers.Count;
    }

    /// <summary>Process ids of this platform's workers, found by their environment.</summary>
    public IEnumerable<int> WorkersOf(string program) =>
        from folder in Directory.EnumerateDirectories("/proc")
        where int.TryParse(Path.GetFileName(folder), out _)
        where Read(folder, "cmdline").Contains(program, StringComparison.Ordinal) && Read(folder, "environ").Contains(Folder.Data, StringComparison.Ordinal)
        select int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture);

    public string Output()
    {
        lock (_output) return string.Join('\n', _output.TakeLast(60));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            const int sigterm = 15;
            _ = Kill(_process.Id, sigterm);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        Services?.Dispose();
        Kubernetes?.Dispose();
        _process.Dispose();
        Directory.Delete(Folder.Root, recursive: true);
    }

    private static string Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_output) _output.Add(line.Data);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
