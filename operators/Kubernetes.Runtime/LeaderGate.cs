using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace Platform.Kubernetes.Runtime;

/// <summary>
/// Lets one process of several work, by a Lease. A holder that cannot renew gives up before others may take over
/// (RenewDeadline &lt; LeaseDuration); others wait a whole LeaseDuration of their own clock after the last renewal they saw.
/// </summary>
internal sealed partial class LeaderGate(IKubernetes client, OperatorOptions options, TimeProvider time, ILogger<LeaderGate> logger)
{
    private const int ReleaseAttempts = 3;
    private readonly ResourceApi<V1Lease> _leases = new(client);
    private readonly ObjectKey _key = new(options.LeaseNamespace, options.Name);
    private string? _seenVersion;
    private long _seenAt;

    /// <summary>Ends when this process is the leader.</summary>
    public async Task AcquireAsync(CancellationToken cancellation)
    {
        while (!await TryHoldAsync(cancellation)) await Task.Delay(options.RetryPeriod, time, cancellation);
        RuntimeMetrics.Leading(options.Name, true);
        LogLeads(options.Identity);
    }

    /// <summary>Ends when the lease could not be renewed for RenewDeadline, or belongs to another.</summary>
    public async Task HoldAsync(CancellationToken cancellation)
    {
        var renewed = time.GetTimestamp();
        while (time.GetElapsedTime(renewed) < options.RenewDeadline)
        {
            await Task.Delay(options.RetryPeriod, time, cancellation);
            using var deadline = new CancellationTokenSource(options.RenewDeadline - Min(time.GetElapsedTime(renewed), options.RenewDeadline), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
            var before = time.GetTimestamp();
            if (await TryHoldAsync(either.Token)) renewed = before;
            cancellation.ThrowIfCancellationRequested();
        }

        RuntimeMetrics.Leading(options.Name, false);
        LogLost(options.Identity);
    }

    /// <summary>Hands the lease over so that another need not wait for its end. Call after the work stopped, also when it never began.</summary>
    public async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(options.RetryPeriod, time); // a process that stops does not wait for a server that is gone
        var cancellation = limit.Token;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await _leases.GetAsync(_key, cancellation) is not { } lease || lease.Spec.HolderIdentity != options.Identity) return;
                lease.Spec.HolderIdentity = "";
                lease.Spec.LeaseDurationSeconds = 1;
                await _leases.ReplaceAsync(lease, cancellation);
                return;
            }
            catch (ApiStatusException refused) when (refused.IsConflict && attempt < ReleaseAttempts)
            {
                // A renewal that was given up on while it was on its way.
            }
            catch (Exception problem) when (problem is HttpRequestException or ApiStatusException or IOException or OperationCanceledException)
            {
                LogNotReleased(problem.Message);
                return;
            }
        }
    }

    private async Task<bool> TryHoldAsync(CancellationToken cancellation)
    {
        try
        {
            var now = time.GetUtcNow().UtcDateTime;
            if (await _leases.GetAsync(_key, cancellation) is not { } lease)
            {
                await _leases.CreateAsync(New(now), cancellation);
                return true;
            }

            var mine = lease.Spec.HolderIdentity == options.Identity;
            if (!mine && !IsFree(lease)) return false;
            lease.Spec.RenewTime = now;
            if (!mine)
            {
                lease.Spec.AcquireTime = now;
                lease.Spec.LeaseTransitions = (lease.Spec.LeaseTransitions ?? 0) + 1;
            }

            lease.Spec.HolderIdentity = options.Identity;
            lease.Spec.LeaseDurationSeconds = (int)Math.Ceiling(options.LeaseDuration.TotalSeconds);
            await _leases.ReplaceAsync(lease, cancellation);
            return true;
        }
        catch (Exception problem) when (problem is HttpRequestException or ApiStatusException or IOException || (problem is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            LogAttemptFailed(problem.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Clocks of machines differ: only the time since this process saw the lease change counts.
    private bool IsFree(V1Lease lease)
    {
        if (string.IsNullOrEmpty(lease.Spec.HolderIdentity)) return true;
        if (lease.Metadata.ResourceVersion != _seenVersion)
        {
            (_seenVersion, _seenAt) = (lease.Metadata.ResourceVersion, time.GetTimestamp());
            return false;
        }

        return time.GetElapsedTime(_seenAt) > TimeSpan.FromSeconds(lease.Spec.LeaseDurationSeconds ?? 15);
    }

    private V1Lease New(DateTime now) => new()
    {
        ApiVersion = "coordination.k8s.io/v1",
        Kind = "Lease",
        Metadata = new() { Name = _key.Name, NamespaceProperty = _key.Namespace },
        Spec = new()
        {
            HolderIdentity = options.Identity,
            LeaseDurationSeconds = (int)Math.Ceiling(options.LeaseDuration.TotalSeconds),
            AcquireTime = now,
            RenewTime = now,
            LeaseTransitions = 0,
        },
    };

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Identity} leads")]
    private partial void LogLeads(string identity);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Identity} no longer leads")]
    private partial void LogLost(string identity);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease was not released, another process takes over when it ends: {Why}")]
    private partial void LogNotReleased(string why);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The lease could not be taken or renewed: {Why}")]
    private partial void LogAttemptFailed(string why);
}
