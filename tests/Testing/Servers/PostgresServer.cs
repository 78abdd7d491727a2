using System.Diagnostics;

namespace Platform.Testing.Servers;

/// <summary>A PostgreSQL server of its own. PostgreSQL refuses root, so as root it runs as the user <c>postgres</c>.</summary>
public sealed class PostgresServer : RealServer
{
    private int _databases;

    /// <summary>Makes an empty database and returns a value for the configuration key <c>DATABASE</c>.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        Require();
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await RunAsync(Binary("createdb"), "-h", "127.0.0.1", "-p", $"{Port}", "-U", "platform", name);
        return $"Host=127.0.0.1;Port={Port};Database={name};Username=platform;Maximum Pool Size=20";
    }

    protected override string? Missing => Binaries is null ? "PostgreSQL is not installed: run 'make deps'." : null;

    protected override string StopSignal => "INT"; // ends sessions instead of waiting for them

    /// <summary>The newest version's folder; a link to one of the programs elsewhere is not enough.</summary>
    private static string? Binaries { get; } =
        (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")) : [])
        .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        .FirstOrDefault(folder => Programs.All(program => File.Exists(Path.Combine(folder, program))));

    private static string[] Programs => ["initdb", "postgres", "createdb", "pg_isready"];

    private static string Binary(string name) => Path.Combine(Binaries!, name);

    private static string[] AsAllowedUser(params string[] command) =>
        Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. command] : command;

    protected override async Task PrepareAsync()
    {
        if (Environment.UserName == "root") await RunAsync("chown", "postgres:postgres", Folder);
        await RunAsync(AsAllowedUser(Binary("initdb"), "-D", Path.Combine(Folder, "data"), "-U", "platform", "-A", "trust", "--no-sync", "--locale=C", "-E", "UTF8"));
    }

    private protected override ServerProcess Launch() => ServerProcess.Start(
        Folder,
        new Dictionary<string, string>(),
        AsAllowedUser(Binary("postgres"), "-D", Path.Combine(Folder, "data"), "-p", $"{Port}", "-h", "127.0.0.1", "-k", Folder, "-F"));

    protected override async Task<bool> AnswersAsync()
    {
        using var process = Process.Start(new ProcessStartInfo(Binary("pg_isready"), ["-q", "-h", "127.0.0.1", "-p", $"{Port}"]))!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{command[0]} failed: {errors}{await output}");
    }
}
