using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Platform.Local;

/// <summary>The folder <c>.platform</c>: everything the platform keeps on one machine, and the traces of the process that owns it.</summary>
public sealed class PlatformFolder
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public PlatformFolder(string root)
    {
        Root = Path.GetFullPath(root);
        Data = Path.Combine(Root, ".platform");
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Data);
        else Directory.CreateDirectory(Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The folder the platform was started in; <c>file:</c> URIs are relative to it.</summary>
    public string Root { get; }

    public string Data { get; }
    public string Kubeconfig => Path.Combine(Data, "kubeconfig");
    public string Log => Path.Combine(Data, "platform.log");
    private string LockFile => Path.Combine(Data, "lock");
    private string EndpointsFile => Path.Combine(Data, "endpoints.json");

    /// <summary>Takes the folder for this process until disposed; null when another process has it.</summary>
    public IDisposable? TryLock()
    {
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The running platform's addresses; null when none runs here.</summary>
    public LocalEndpoints? Running() => Recorded() is { } endpoints && endpoints.Process() is { } process && Dispose(process) ? endpoints : null;

    /// <summary>The addresses of the last start, so that a restart keeps them and clients' kubeconfigs stay right.</summary>
    public LocalEndpoints? Recorded()
    {
        try
        {
            return JsonSerializer.Deserialize<LocalEndpoints>(File.ReadAllText(EndpointsFile), Json);
        }
        catch (Exception problem) when (problem is IOException or JsonException)
        {
            return null;
        }
    }

    public void Record(LocalEndpoints endpoints) => WriteWhole(EndpointsFile, JsonSerializer.Serialize(endpoints, Json));

    /// <summary>The key that signs run tokens, made at the first start.</summary>
    public string RunTokenKey()
    {
        var file = Path.Combine(Data, "run-token.key");
        if (!File.Exists(file)) WriteWhole(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return File.ReadAllText(file).Trim();
    }

    private static void WriteWhole(string path, string text)
    {
        var next = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(next, options))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(text);
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    private static bool Dispose(Process process)
    {
        process.Dispose();
        return true;
    }
}

/// <summary>Where a local platform listens, and which process it is.</summary>
public sealed record LocalEndpoints
{
    public required int ProcessId { get; init; }

    /// <summary>Start time of that process, so that a recycled process id is not taken for it.</summary>
    public required string ProcessStart { get; init; }

    public required string Http { get; init; }
    public required string Grpc { get; init; }
    public required string Kubernetes { get; init; }

    /// <summary>The process, or null when it is gone.</summary>
    public Process? Process()
    {
        try
        {
            var process = System.Diagnostics.Process.GetProcessById(ProcessId);
            if (StartOf(process) == ProcessStart && !process.HasExited) return process;
            process.Dispose();
            return null;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or IOException)
        {
            return null;
        }
    }

    /// <summary>When the process started, in the kernel's own count: the same text whoever asks.</summary>
    public static string StartOf(Process process)
    {
        // Field 22 of the process's stat; field 2, its name in brackets, may hold spaces.
        var stat = File.ReadAllText($"/proc/{process.Id}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[22 - 3];
    }
}
