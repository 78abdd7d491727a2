using System.Threading.Channels;
using Grpc.Core;
using Grpc.Net.Client;

namespace Platform.Workers;

/// <summary>
/// Sends a run's progress to its service without ever holding up or failing the work: one call at a time, and a report
/// that waits is replaced by a newer one. Disposing sends the last report, within two seconds.
/// </summary>
/// <typeparam name="TReport">The service's request message.</typeparam>
public sealed class ProgressReporter<TReport> : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly Channel<TReport> _latest = Channel.CreateBounded<TReport>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropOldest,
        SingleReader = true,
    });

    private readonly GrpcChannel? _channel;
    private readonly Task _sending;
    private long _lost;

    internal ProgressReporter(WorkerEnvironment environment, TimeProvider clock, Func<CallInvoker, TReport, CallOptions, Task> call)
    {
        if (environment.ReportTo is not { } address)
        {
            _sending = Task.CompletedTask;
            return;
        }

        _channel = GrpcChannel.ForAddress(address);
        var headers = new Metadata();
        if (environment.RunToken is { } token) headers.Add("authorization", $"Bearer {token}");
        _sending = SendAsync(_channel.CreateCallInvoker(), headers, clock, call);
    }

    /// <summary>Hands over a report and returns at once.</summary>
    public void Report(TReport report) => _latest.Writer.TryWrite(report);

    public async ValueTask DisposeAsync()
    {
        _latest.Writer.TryComplete();
        await _sending;
        _channel?.Dispose();
        if (_lost > 0) Console.Out.WriteLine($"{_lost} progress reports did not reach {_channel!.Target}; the work is not affected.");
    }

    private async Task SendAsync(CallInvoker invoker, Metadata headers, TimeProvider clock, Func<CallInvoker, TReport, CallOptions, Task> call)
    {
        await foreach (var report in _latest.Reader.ReadAllAsync())
        {
            try
            {
                await call(invoker, report, new CallOptions(headers, clock.GetUtcNow().UtcDateTime + Deadline));
            }
            catch (Exception)
            {
                _lost++;
            }
        }
    }
}
