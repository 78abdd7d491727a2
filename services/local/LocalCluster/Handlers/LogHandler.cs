using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Kubelet.Logs;
using Platform.LocalCluster.Storage;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Handlers;

/// <summary>pods/log, answered by the kubelet of the pod's node, as it listens at the address its node object names.</summary>
internal sealed class LogHandler(Cluster cluster, string token) : IDisposable
{
    private static readonly string[] Passed = ["follow", "tailLines", "sinceSeconds", "sinceTime", "timestamps", "previous", "limitBytes"];

    private static readonly HttpRequestOptionsKey<string> Fingerprint = new("kubelet");

    // A kubelet's certificate is its own, and its Node object names it: the token goes to nobody else. Only loopback addresses are asked.
    private readonly HttpClient _kubelets = new(new HttpClientHandler
    {
        ServerCertificateCustomValidationCallback = (ask, certificate, _, _) =>
            certificate is not null && ask.Options.TryGetValue(Fingerprint, out var known) && known == NodeCertificate.Fingerprint(certificate),
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    public async Task HandleAsync(ApiRequest request)
    {
        var pod = cluster.Store.Latest(request.Key)?.Peek() ?? throw ApiStatusException.NotFound(request.Resource, request.Name!);
        CheckOptions(request);
        var container = Container(request, pod);
        if (pod.Text("spec", "nodeName") is not { Length: > 0 } nodeName)
        {
            await ResponseWriter.TextAsync(request.Http, "");
            return;
        }
        var node = cluster.Store.Latest(new ObjectKey("nodes", "", nodeName))?.Peek() ?? throw ApiStatusException.Internal($"nodes \"{nodeName}\" not found");
        // One that waits for its next start has the log of the last.
        var status = (pod.List("status", "containerStatuses") ?? []).Concat(pod.List("status", "initContainerStatuses") ?? []).FirstOrDefault(s => s.Text("name") == container);
        var waiting = status.At("lastState", "terminated") is null ? status.Text("state", "waiting", "reason") : null;
        if (waiting is not null || pod.List("status", "containerStatuses") is null)
            throw ApiStatusException.BadRequest($"container \"{container}\" in pod \"{request.Name}\" is waiting to start: {waiting ?? "ContainerCreating"}");
        await ProxyAsync(request, Address(node), node.Text("metadata", "annotations", NodeCertificate.FingerprintAnnotation) ?? "", container);
    }

    public void Dispose() => _kubelets.Dispose();

    private async Task ProxyAsync(ApiRequest request, string kubelet, string fingerprint, string container)
    {
        var query = string.Join('&', Passed.Where(p => request.Text(p) is not null).Select(p => $"{p}={Uri.EscapeDataString(request.Text(p)!)}"));
        using var ask = new HttpRequestMessage(HttpMethod.Get, $"{kubelet}/containerLogs/{request.Namespace}/{request.Name}/{container}{(query.Length > 0 ? "?" + query : "")}");
        ask.Options.Set(Fingerprint, fingerprint);
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var answer = await _kubelets.SendAsync(ask, HttpCompletionOption.ResponseHeadersRead, request.Aborted);
            if (!answer.IsSuccessStatusCode)
                throw new ApiStatusException((int)answer.StatusCode is >= 400 and < 500 ? 400 : 500, (int)answer.StatusCode is >= 400 and < 500 ? "BadRequest" : "", (await answer.Content.ReadAsStringAsync(request.Aborted)).Trim());
            request.Http.Response.ContentType = "text/plain";
            await using var log = await answer.Content.ReadAsStreamAsync(request.Aborted);
            var buffer = new byte[32 * 1024];
            while (await log.ReadAsync(buffer, request.Aborted) is var read and > 0)
            {
                await request.Http.Response.Body.WriteAsync(buffer.AsMemory(0, read), request.Aborted);
                await request.Http.Response.Body.FlushAsync(request.Aborted);
            }
        }
        catch (HttpRequestException unreachable) when (!request.Http.Response.HasStarted)
        {
            throw ApiStatusException.Internal($"Get \"{kubelet}/containerLogs/{request.Namespace}/{request.Name}/{container}\": {unreachable.Message}");
        }
    }

    private static void CheckOptions(ApiRequest request)
    {
        List<FieldError> errors = [];
        foreach (var (option, least) in (ReadOnlySpan<(string, long)>)[("tailLines", 0), ("sinceSeconds", 1), ("limitBytes", 1)])
        {
            if (request.Text(option) is not { Length: > 0 } text) continue;
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                throw ApiStatusException.BadRequest($"strconv.ParseInt: parsing {FieldError.Quote(text)}: invalid syntax");
            if (number < least) errors.Add(FieldError.Invalid(option, number, least == 0 ? "must be greater than or equal to 0" : "must be greater than 0"));
        }
        if (errors.Count > 0) throw ApiStatusException.Invalid("", "PodLogOptions", request.Name!, errors);
    }

    private static string Container(ApiRequest request, JsonObject pod)
    {
        var names = (pod.List("spec", "containers") ?? []).Concat(pod.List("spec", "initContainers") ?? []).Select(c => c.Text("name") ?? "").ToList();
        var asked = request.Text("container");
        if (string.IsNullOrEmpty(asked))
        {
            var containers = pod.List("spec", "containers")!;
            if (containers.Count == 1 && names.Count == 1) return names[0];
            throw ApiStatusException.BadRequest($"a container name must be specified for pod {request.Name}, choose one of: [{string.Join(' ', names)}]");
        }
        return names.Contains(asked) ? asked : throw ApiStatusException.BadRequest($"container {asked} is not valid for pod {request.Name}");
    }

    private static string Address(JsonObject node)
    {
        var port = node.Integer("status", "daemonEndpoints", "kubeletEndpoint", "Port") ?? throw ApiStatusException.Internal($"no kubelet endpoint is known for node {node.Text("metadata", "name")}");
        var address = (node.List("status", "addresses") ?? []).FirstOrDefault(a => a.Text("type") == "InternalIP").Text("address") ?? "127.0.0.1";
        if (!System.Net.IPAddress.TryParse(address, out var ip) || !System.Net.IPAddress.IsLoopback(ip))
            throw ApiStatusException.Internal($"the kubelet of node {node.Text("metadata", "name")} is not on a loopback address ({address})");
        return string.Create(CultureInfo.InvariantCulture, $"https://{address}:{port}");
    }
}
