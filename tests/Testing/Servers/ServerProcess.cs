using System.Collections.Concurrent;
using System.Diagnostics;

namespace Platform.Testing.Servers;

/// <summary>A server program run for a test. It is killed with this process, however this process ends.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    // The shell waits for its input to close, which the kernel does even when the test is killed, and then kills the server and what
    // the server started, which is why the server leads a session of its own. The second line ends the shell when the server ends.
    private const string Watch = """
        setsid "$@" </dev/null & child=$!
        ( while kill -0 $child 2>/dev/null; do sleep 1; done; kill $$ 2>/dev/null ) &
        read -r signal || signal=KILL
        kill -s $signal -- -$child; wait $child
        """;

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _shell;
    private bool _stopped;

    private ServerProcess(Process shell) => _shell = shell;

    public bool HasExited => _shell.HasExited;

    public string Output => string.Join('\n', _output.TakeLast(40));

    public static ServerProcess Start(string folder, IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Watch, "sh", .. command])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = new ServerProcess(Process.Start(start)!);
        process._shell.OutputDataReceived += (_, line) => process._output.Enqueue(line.Data ?? "");
        process._shell.ErrorDataReceived += (_, line) => process._output.Enqueue(line.Data ?? "");
        process._shell.BeginOutputReadLine();
        process._shell.BeginErrorReadLine();
        return process;
    }

    /// <summary>Sends a signal such as INT, TERM or KILL and waits for the end.</summary>
    public async Task StopAsync(string signal)
    {
        if (_stopped) return;
        _stopped = true;
        try
        {
            await _shell.StandardInput.WriteLineAsync(signal);
            _shell.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended by itself.
        }
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await _shell.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _shell.Kill(entireProcessTree: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_shell.HasExited) await StopAsync("KILL");
        _shell.Dispose();
    }
}
