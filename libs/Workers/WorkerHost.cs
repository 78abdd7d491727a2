using System.Runtime.InteropServices;
using Google.Protobuf;
using Platform.Artifacts;
using Platform.Protos.Workers.V1;

namespace Platform.Workers;

/// <summary>
/// The frame around every worker: reads the spec, runs the work, writes <c>result.json</c> and turns what happened into
/// an exit code. A worker killed at any moment can be started again: only a complete result is ever visible.
/// </summary>
public static class WorkerHost
{
    /// <summary>Does the work of one spec: returns the result, whose run_id and spec_digest the host fills in.</summary>
    public delegate Task<TResult> Work<in TSpec, TResult>(TSpec spec, WorkerRun run, CancellationToken cancellation);

    /// <summary>Runs a worker process to its end.</summary>
    /// <returns>The process's exit code, one of <see cref="ExitCodes"/>.</returns>
    public static Task<int> RunAsync<TSpec, TResult>(Work<TSpec, TResult> work)
        where TSpec : class, IMessage<TSpec>, new()
        where TResult : class, IMessage<TResult>, new() =>
        RunAsync(work, Environment.GetEnvironmentVariable, Environment.CurrentDirectory);

    internal static async Task<int> RunAsync<TSpec, TResult>(Work<TSpec, TResult> work, Func<string, string?> variable, string scratch)
        where TSpec : class, IMessage<TSpec>, new()
        where TResult : class, IMessage<TResult>, new()
    {
        using var signals = new StopSignals();
        ResultFile<TResult>? result = null;
        try
        {
            var environment = WorkerEnvironment.Read(variable);
            var (spec, runId, specDigest, output) = await SpecFile.ReadAsync<TSpec>(environment.SpecPath, signals.Token);
            var store = ArtifactStores.Open(environment.Store);
            result = new ResultFile<TResult>(store, output, runId, specDigest);
            if (await result.IsSuccessAsync(signals.Token))
            {
                Console.Out.WriteLine($"{output}result.json holds the result of this spec already; nothing to do.");
                return ExitCodes.Success;
            }

            var run = new WorkerRun(environment, store, runId, specDigest, output, scratch, TimeProvider.System);
            await result.WriteAsync(await work(spec, run, signals.Token), signals.Token);
            return ExitCodes.Success;
        }
        catch (OperationCanceledException) when (signals.ExitCode != 0)
        {
            Console.Error.WriteLine("Stopped by a signal; another attempt goes on from what was saved.");
            return signals.ExitCode;
        }
        catch (Exception e)
        {
            var failure = FailureOf(e);
            Console.Error.WriteLine(e is WorkerFailureException ? $"{failure.Reason}: {failure.Message}" : e.ToString());
            await TryWriteAsync(result, failure);
            return failure.Retryable ? ExitCodes.Retry : ExitCodes.Failed;
        }
    }

    private static WorkerFailure FailureOf(Exception e) => e switch
    {
        WorkerFailureException known => known.ToFailure(),
        ArtifactNotFoundException missing => new() { Reason = FailureReasons.ArtifactMissing, Message = missing.Message, Retryable = true },
        OutOfMemoryException => new() { Reason = FailureReasons.HostOutOfMemory, Message = e.Message, Retryable = true },
        ExternalException native when native.Message.Contains("allocate memory") => new() { Reason = FailureReasons.HostOutOfMemory, Message = native.Message, Retryable = true },
        _ => new() { Reason = FailureReasons.WorkerCrashed, Message = $"{e.GetType().Name}: {e.Message}", Retryable = true },
    };

    /// <summary>The exit code alone tells the Job enough, so a store that is away does not hide the failure itself.</summary>
    private static async Task TryWriteAsync<TResult>(ResultFile<TResult>? result, WorkerFailure failure)
        where TResult : class, IMessage<TResult>, new()
    {
        if (result is null) return;
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            if (await result.IsSuccessAsync(deadline.Token)) return; // Another attempt at this spec was faster.
            await result.WriteFailureAsync(failure, deadline.Token);
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"The failure could not be written into the result: {e.Message}");
        }
    }
}
