using System.Runtime.InteropServices;

namespace Platform.Workers;

/// <summary>Turns SIGTERM and SIGINT into a cancellation and the exit code that belongs to it.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;
    private int _exitCode;

    public StopSignals()
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, ExitCodes.Terminated));
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, ExitCodes.Interrupted));
    }

    public CancellationToken Token => _stop.Token;

    /// <summary>128 + the signal's number; 0 when none came.</summary>
    public int ExitCode => Volatile.Read(ref _exitCode);

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal, int exitCode)
    {
        signal.Cancel = true;
        if (Interlocked.CompareExchange(ref _exitCode, exitCode, 0) == 0) _stop.Cancel();
    }
}
