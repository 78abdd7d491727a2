using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Platform.LocalCluster.Kubelet.Logs;

/// <summary>
/// Serves container logs over TLS, as a kubelet does for its API server:
/// GET /containerLogs/NAMESPACE/POD/CONTAINER?follow&amp;tailLines&amp;sinceSeconds&amp;sinceTime&amp;timestamps&amp;previous&amp;limitBytes&amp;stream.
/// </summary>
public sealed class LogEndpoint(
    ProcessKubeletOptions options, LogAccess access, Func<string, string, string, bool, LogLookup> find, TimeProvider time) : IAsyncDisposable
{
    private readonly X509Certificate2 _certificate = NodeCertificate.Create(options.NodeName, options.NodeAddress!, time.GetUtcNow());
    private WebApplication? _server;

    public string Fingerprint => NodeCertificate.Fingerprint(_certificate);

    public int Port { get; private set; }

    public async Task StartAsync(CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.NodeAddress!, options.LogPort, listen => listen.UseHttps(_certificate, https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;  // judged per request, by what the cluster publishes then
        })));
        _server = builder.Build();
        _server.MapGet("/healthz", () => "ok");
        _server.MapGet("/containerLogs/{space}/{pod}/{container}", ServeAsync);
        await _server.StartAsync(cancel);
        Port = new Uri(_server.Urls.First()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            using var now = new CancellationTokenSource(TimeSpan.Zero);
            await _server.StopAsync(now.Token);
            await _server.DisposeAsync();
        }

        _certificate.Dispose();
    }

    private async Task ServeAsync(HttpContext http, string space, string pod, string container)
    {
        if (await access.RefusalAsync(http) is { } refusal)
        {
            http.Response.StatusCode = refusal;
            return;
        }

        if (Query(http.Request.Query) is not { } query)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        http.Response.ContentType = "text/plain";
        var found = find(space, pod, container, query.Previous);
        if (found.Reader is not { } reader)
        {
            http.Response.StatusCode = found.StatusCode;
            await http.Response.WriteAsync(found.Problem!);
            return;
        }

        try
        {
            await http.Response.StartAsync(http.RequestAborted);
            await reader.CopyToAsync(http.Response.Body, query, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The reader left.
        }
    }

    private LogQuery? Query(IQueryCollection values)
    {
        DateTimeOffset? since = null;
        if (values["sinceSeconds"].FirstOrDefault() is { } seconds)
        {
            if (!long.TryParse(seconds, CultureInfo.InvariantCulture, out var count) || count is < 0 or > int.MaxValue)
            {
                return null;
            }

            since = time.GetUtcNow() - TimeSpan.FromSeconds(count);
        }
        else if (values["sinceTime"].FirstOrDefault() is { } text)
        {
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                return null;
            }

            since = at;
        }

        return new LogQuery
        {
            Follow = Flag("follow"),
            Timestamps = Flag("timestamps"),
            Previous = Flag("previous"),
            TailLines = int.TryParse(values["tailLines"], CultureInfo.InvariantCulture, out var lines) && lines >= 0 ? lines : null,
            LimitBytes = long.TryParse(values["limitBytes"], CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? bytes : null,
            Since = since,
            Stream = values["stream"].FirstOrDefault()?.ToLowerInvariant() is "stdout" or "stderr" ? values["stream"].ToString().ToLowerInvariant() : null,
        };

        bool Flag(string name) => values[name].FirstOrDefault() is "true" or "1";
    }

    /// <summary>Lives as long as the kubelet: signals to the process are not for it to answer.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
