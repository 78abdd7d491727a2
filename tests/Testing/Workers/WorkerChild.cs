using System.Diagnostics;

namespace Platform.Testing.Workers;

/// <summary>A worker as a child process, with a store and a scratch folder of its own; killed when it is disposed.</summary>
public sealed class WorkerChild : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("worker-");
    private readonly string _assembly;
    private Process? _process;

    /// <param name="assembly">The worker's main assembly, beside the test's own.</param>
    public WorkerChild(string assembly)
    {
        _assembly = Path.Combine(AppContext.BaseDirectory, assembly);
        Directory.CreateDirectory(Scratch);
        Variables["S3"] = $"file:{Path.Combine(_folder.FullName, "store")}";
        Variables["PLATFORM_SPEC"] = Path.Combine(_folder.FullName, "spec.json");
    }

    /// <summary>PLATFORM_SPEC and S3 are set; others may be added or changed.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public string Scratch => Path.Combine(_folder.FullName, "scratch");

    /// <summary>A new empty folder that lives as long as this.</summary>
    public string NewFolder(string name) => _folder.CreateSubdirectory(name).FullName;

    /// <summary>Runs the worker on a spec to its end.</summary>
    public async Task<WorkerExit> RunAsync(string specJson)
    {
        Start(specJson);
        return await EndAsync();
    }

    public void Start(string specJson)
    {
        File.WriteAllText(Variables["PLATFORM_SPEC"], specJson);
        var start = new ProcessStartInfo("dotnet", [_assembly]) { WorkingDirectory = Scratch, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "REPORT_TO", "RUN_TOKEN", "PLATFORM_ATTEMPT" }) start.Environment.Remove(name);
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        _process = Process.Start(start)!;
    }

    /// <summary>Sends SIGTERM, as a kubelet does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]);
        kill.WaitForExit();
    }

    public async Task<WorkerExit> EndAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var (output, error) = (_process!.StandardOutput.ReadToEndAsync(deadline.Token), _process.StandardError.ReadToEndAsync(deadline.Token));
        await _process.WaitForExitAsync(deadline.Token);
        return new WorkerExit(_process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process?.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>How a worker ended and what it said.</summary>
public sealed record WorkerExit(int Code, string Output, string Error);
