using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using k8s;

namespace Platform.Kubernetes.Runtime.Tests.ApiDouble;

/// <summary>What a test does to a request.</summary>
public enum Fault
{
    None,

    /// <summary>The request never arrives.</summary>
    LoseRequest,

    /// <summary>The request is carried out and its answer is lost, as when the caller is killed right after.</summary>
    LoseAnswer,
}

/// <summary>
/// The API server's side of an operator's requests, in memory, behind the client's own HTTP handler: every request can be
/// lost before or after it is carried out, watches can break, fall silent and expire. Not a cluster: nothing reacts to objects.
/// </summary>
public sealed class ApiDouble : DelegatingHandler
{
    private readonly ApiStore _store = new();
    private readonly List<WatchStream> _watches = [];
    private readonly Lock _lock = new();

    /// <summary>Called for every request, in the order of arrival.</summary>
    public Func<HttpRequestMessage, Fault> Faults { get; set; } = _ => Fault.None;

    /// <summary>Whether nothing can be reached.</summary>
    public bool IsDown { get; set; }

    public List<string> Requests { get; } = [];

    public IKubernetes Client() => new k8s.Kubernetes(new KubernetesClientConfiguration { Host = "http://api.test" }, this);

    /// <summary>Reads and writes the objects directly, as other clients would.</summary>
    public T Do<T>(Func<ApiStore, T> action)
    {
        lock (_lock)
        {
            var result = action(_store);
            Publish();
            return result;
        }
    }

    public int OpenWatches
    {
        get
        {
            lock (_lock) return _watches.Count(watch => !watch.Ended);
        }
    }

    /// <summary>Ends every watch, as a server that goes away does.</summary>
    public void BreakWatches()
    {
        lock (_lock)
        {
            foreach (var watch in _watches) watch.End();
            _watches.Clear();
        }
    }

    /// <summary>Events no longer reach watches that are open now, and nobody is told.</summary>
    public void SilenceWatches()
    {
        lock (_lock)
            foreach (var watch in _watches) watch.Silent = true;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (_lock)
        {
            var fault = Faults(request);
            Requests.Add($"{request.Method} {request.RequestUri!.PathAndQuery}");
            if (IsDown || fault == Fault.LoseRequest) throw new HttpRequestException("The server cannot be reached.");
            var response = Answer(request, body);
            Publish();
            if (fault == Fault.LoseAnswer) throw new HttpRequestException("The connection broke before the answer.");
            return response;
        }
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, string? body)
    {
        var path = ApiPath.Parse(request.RequestUri!);
        if (path.Query["watch"] == "true") return Watch(path);
        try
        {
            var result = request.Method.Method switch
            {
                "GET" when path.Name is null => _store.List(path),
                "GET" => _store.Get(path),
                "POST" => _store.Create(path, JsonNode.Parse(body!)!.AsObject()),
                "PUT" => _store.Replace(path, JsonNode.Parse(body!)!.AsObject()),
                "PATCH" => _store.Patch(path, JsonNode.Parse(body!)!),
                "DELETE" => _store.Delete(path, body is null ? null : JsonNode.Parse(body)?.AsObject()),
                _ => throw new NotSupportedException(request.Method.Method),
            };
            return Json(HttpStatusCode.OK, result);
        }
        catch (ApiRefusal refusal)
        {
            return Json(refusal.Code, refusal.ToStatus());
        }
    }

    private HttpResponseMessage Watch(ApiPath path)
    {
        var stream = new WatchStream(path, long.Parse(path.Query["resourceVersion"]!));
        _watches.Add(stream);
        return new(HttpStatusCode.OK) { Content = stream.Content };
    }

    private void Publish()
    {
        foreach (var watch in _watches) watch.Publish(_store);
    }

    private static HttpResponseMessage Json(HttpStatusCode code, JsonNode body) =>
        new(code) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
}
