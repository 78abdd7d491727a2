using System.Net.Http.Headers;
using System.Net.Sockets;
using k8s.Models;
using Platform.LocalCluster.Kubelet.Containers;
using Platform.LocalCluster.Kubelet.Processes;

namespace Platform.LocalCluster.Kubelet.Probes;

/// <summary>Asks once: runs the probe's command, or calls its URL, or connects to its port.</summary>
public static class ProbeCheck
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromSeconds(1),
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },  // probes never verify, as in Kubernetes
    });

    /// <returns>Null: it passes; else what is wrong.</returns>
    public static async Task<string?> AskAsync(V1Probe probe, V1Container container, ContainerRun run, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(Math.Max(1, probe.TimeoutSeconds ?? 1)), time);
        try
        {
            return probe switch
            {
                { Exec: { } exec } => await ExecAsync(exec, run, time, timeout.Token),
                { HttpGet: { } get } => await GetAsync(get, container, timeout.Token),
                { TcpSocket: { } socket } => await ConnectAsync(socket, container, timeout.Token),
                _ => "this node knows exec, httpGet and tcpSocket only",
            };
        }
        catch (OperationCanceledException)
        {
            return "timed out";
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException or CannotStartException or IOException)
        {
            return failure.Message;
        }
    }

    private static async Task<string?> ExecAsync(V1ExecAction exec, ContainerRun run, TimeProvider time, CancellationToken timeout)
    {
        // A mark of its own below the container's: ending with it, and swept without it or another that runs beside it.
        using var child = await ChildProcess.StartAsync(
            run.Launch with { Command = [.. exec.Command], Mark = $"{run.Launch.Mark}probe-{Guid.NewGuid():N}|" }, time);
        var output = child.Output.CopyToAsync(Stream.Null, timeout);
        var error = child.Error.CopyToAsync(Stream.Null, timeout);
        var ended = child.WaitAsync();
        try
        {
            var code = await ended.WaitAsync(timeout);
            return code == 0 ? null : $"command exited with {code}";
        }
        finally
        {
            child.Signal(Signals.Kill);
            await ended;
            await Task.WhenAll(output, error).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<string?> GetAsync(V1HTTPGetAction get, V1Container container, CancellationToken timeout)
    {
        var address = new UriBuilder((get.Scheme ?? "HTTP").ToLowerInvariant(), get.Host is { Length: > 0 } host ? host : "127.0.0.1", Port(get.Port, container)).Uri;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, get.Path ?? "/"));
        foreach (var header in get.HttpHeaders ?? [])
        {
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }

        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("kube-probe", "1.36"));
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout);
        return (int)response.StatusCode is >= 200 and < 400 ? null : $"HTTP probe failed with statuscode: {(int)response.StatusCode}";
    }

    private static async Task<string?> ConnectAsync(V1TCPSocketAction target, V1Container container, CancellationToken timeout)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(target.Host is { Length: > 0 } host ? host : "127.0.0.1", Port(target.Port, container), timeout);
        return null;
    }

    private static int Port(IntOrString port, V1Container container) =>
        int.TryParse(port.Value, out var number)
            ? number
            : container.Ports?.FirstOrDefault(other => other.Name == port.Value)?.ContainerPort ?? 0;
}
