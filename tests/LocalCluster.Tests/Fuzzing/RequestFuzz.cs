using System.Net.Http.Headers;
using System.Text;

namespace Platform.LocalCluster.Tests.Fuzzing;

/// <summary>One request per seed: methods, paths, parameters, headers and bodies that are nearly right, or not at all.</summary>
internal sealed class RequestFuzz
{
    private static readonly string[] Methods = ["GET", "GET", "POST", "POST", "POST", "PUT", "PATCH", "PATCH", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"];

    private static readonly string[] Types =
    [
        "application/json", "application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/json-patch+json", "application/merge-patch+json",
        "application/strategic-merge-patch+json", "application/apply-patch+yaml", "text/plain",
    ];

    private static readonly string[] Accepts =
    [
        "application/json", "*/*", "application/yaml", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "application/json;as=;v=;g=",
        "application/vnd.kubernetes.protobuf", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf", ";;,=,",
    ];

    private static readonly string[] Parameters =
    [
        "labelSelector", "fieldSelector", "limit", "continue", "resourceVersion", "resourceVersionMatch", "sendInitialEvents", "allowWatchBookmarks", "dryRun", "fieldManager", "force", "fieldValidation", "pretty",
        "propagationPolicy", "gracePeriodSeconds", "orphanDependents", "container", "tailLines", "sinceSeconds", "timestamps", "hash",
    ];

    private static readonly string[] Values =
    [
        "", "a=b", "a in (b,c),!d", "a in (", "!!a", "metadata.name=x", "metadata.name==", "spec.nodeName!=,,", "status.phase=Running", "0", "1", "-1", "99999999999999999999", "x", "true", "All", "Exact", "NotOlderThan", "Strict",
        "eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ", "WyJ2MSIsIjEiLCIiLCIiXQ", "Orphan", "Foreground", "%00", "%ff", "a%2Cb", "(((",
    ];

    private static readonly (string Path, string Body)[] Places =
    [
        ("/api/v1/namespaces/default/configmaps", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"a":"b"}},"data":{"k":"v"},"binaryData":{"b":"AAAA"}}"""),
        ("/api/v1/namespaces/default/secrets", """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"type":"Opaque","data":{"k":"dg=="},"stringData":{"s":"t"}}"""),
        ("/api/v1/namespaces/default/pods", """{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"p-"},"spec":{"containers":[{"name":"c","image":"i:1","env":[{"name":"E","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],"resources":{"requests":{"cpu":"1"},"limits":{"cpu":"2","memory":"1Gi"}},"ports":[{"containerPort":80}],"livenessProbe":{"httpGet":{"port":"http"}}}],"volumes":[{"name":"v","configMap":{"name":"a"}}],"tolerations":[{"key":"k"}]}}"""),
        ("/apis/batch/v1/namespaces/default/jobs", """{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"suspend":true,"completionMode":"Indexed","completions":2,"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[1]}}]},"template":{"metadata":{"labels":{"x":"y"}},"spec":{"restartPolicy":"Never","containers":[{"name":"m","image":"i"}]}}}}"""),
        ("/api/v1/namespaces", """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"fuzz"},"spec":{"finalizers":["kubernetes"]}}"""),
        ("/api/v1/nodes", """{"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"status":{"capacity":{"cpu":"4"},"conditions":[{"type":"Ready","status":"True"}]}}"""),
        ("/api/v1/namespaces/default/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"ports":[{"port":80,"targetPort":"http"}],"selector":{"a":"b"}}}"""),
        ("/api/v1/namespaces/default/events", """{"apiVersion":"v1","kind":"Event","metadata":{"name":"e"},"involvedObject":{"kind":"Pod","namespace":"default","name":"p"},"reason":"R","count":2,"lastTimestamp":"2026-01-01T00:00:00Z"}"""),
        ("/apis/events.k8s.io/v1/namespaces/default/events", """{"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"f"},"regarding":{"kind":"Pod","name":"p"},"eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"c/x","reportingInstance":"i","action":"A","reason":"R","type":"Normal","note":"n"}"""),
        ("/api/v1/namespaces/default/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"sa"},"automountServiceAccountToken":false}"""),
        ("/api/v1/namespaces/default/serviceaccounts/default/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["a"],"expirationSeconds":600,"boundObjectRef":{"kind":"Pod","name":"p"}}}"""),
        ("/apis/coordination.k8s.io/v1/namespaces/default/leases", """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"},"spec":{"holderIdentity":"h","leaseDurationSeconds":15,"renewTime":"2026-01-01T00:00:00.000000Z"}}"""),
        ("/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles", """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}"""),
        ("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}"""),
        ("/apis/authentication.k8s.io/v1/tokenreviews", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"a.b.c"}}"""),
        ("/api/v1/namespaces/default/pods/p/binding", """{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p"},"target":{"kind":"Node","name":"n"}}"""),
        ("/api/v1/namespaces/default/pods/p/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p"},"deleteOptions":{"gracePeriodSeconds":0}}"""),
        ("/api/v1/namespaces/default/pods/p/log", "{}"),
        ("/apis", "{}"), ("/api/v1", "{}"), ("/openapi/v3/apis/batch/v1", "{}"), ("/openapi/v2", "{}"), ("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "{}"),
    ];

    private static readonly string[] Patches =
    [
        """[{"op":"replace","path":"/metadata/labels","value":{"a":"c"}},{"op":"remove","path":"/data/k"},{"op":"move","from":"/data","path":"/data/x"},{"op":"test","path":"/a~1b/-","value":null}]""",
        """{"metadata":{"labels":{"a":null},"finalizers":["x.io/y"],"$patch":"replace"},"spec":{"containers":[{"name":"c","$patch":"delete"}],"$setElementOrder/containers":[{"name":"c"}],"$retainKeys":["containers"],"template":{"spec":{"volumes":[{"name":"v","emptyDir":{}}]}}}}""",
        """{"preconditions":{"uid":"u"},"propagationPolicy":"Background","gracePeriodSeconds":0,"dryRun":["All"]}""",
    ];

    private readonly Random _random;
    private readonly JsonFuzz _json;
    private readonly CelFuzz _cel;

    public RequestFuzz(int seed)
    {
        _random = new Random(seed);
        _json = new JsonFuzz(_random);
        _cel = new CelFuzz(_random, _json);
    }

    public HttpRequestMessage Next()
    {
        var method = _json.Pick(Methods);
        var (path, body) = Place();
        if (method is "PUT" or "PATCH" or "DELETE" or "GET" && _random.Next(2) == 0) path += "/" + _json.Pick(["a", "b", "default", "kubernetes.io", "%2e%2e", "a/status", "x/y/z", "%C3%28"]);
        if (_random.Next(15) == 0) path = path.Replace(_json.Pick(path.Split('/')) is { Length: > 0 } part ? part : "v1", Uri.EscapeDataString(_json.Text()), StringComparison.Ordinal);
        path = "/" + path.TrimStart('/'); // two slashes would name a host
        if (method == "PATCH" && _random.Next(2) == 0) body = _json.Pick(Patches);
        if (method == "POST" && _random.Next(2) == 0) body = body.Replace("\"metadata\":{\"name\":", "\"metadata\":{\"generateName\":", StringComparison.Ordinal);
        var query = string.Join('&', Enumerable.Range(0, Math.Max(0, _random.Next(-8, 4))).Select(_ => $"{_json.Pick(Parameters)}={_json.Pick(Values)}"));
        if (method == "GET" && _random.Next(20) == 0) query += "&watch=true&timeoutSeconds=1";
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path + (query.Length > 0 ? "?" + query : ""), UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept", _random.Next(3) == 0 ? _json.Pick(Accepts) : "application/json");
        if (method is "GET" or "HEAD") return request;
        var type = method == "PATCH" ? Types[_random.Next(4, Types.Length)] : _json.Pick(Types);
        request.Content = new ByteArrayContent(type.EndsWith("protobuf", StringComparison.Ordinal) ? Protobuf(body) : body.StartsWith('{') ? _json.Spoil(body) : Encoding.UTF8.GetBytes(_random.Next(2) == 0 ? body : _json.Value()));
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return request;
    }

    private (string Path, string Body) Place()
    {
        var plural = _json.Pick(["things", "gadgets", "widgets"]);
        return _random.Next(8) switch
        {
            0 => ("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", _cel.Definition(plural)),
            <= 2 => ($"/apis/fuzz.example.com/v1/namespaces/default/{plural}", _cel.Instance(plural)),
            _ => _json.Pick(Places),
        };
    }

    /// <summary>The envelope with anything in it: field numbers and lengths of chance.</summary>
    private byte[] Protobuf(string body)
    {
        List<byte> bytes = [.. "k8s\0"u8];
        if (_random.Next(3) > 0) bytes.AddRange([0x0a, 0x0f, 0x0a, 0x02, (byte)'v', (byte)'1', 0x12, 0x09, .. "ConfigMap"u8, 0x12]);
        var rest = _random.Next(2) == 0 ? Encoding.UTF8.GetBytes(body) : new byte[_random.Next(200)];
        if (_random.Next(2) == 0) _random.NextBytes(rest);
        bytes.Add((byte)rest.Length);
        bytes.AddRange(rest);
        return [.. bytes.Take(_random.Next(4) == 0 ? _random.Next(bytes.Count) : bytes.Count)];
    }
}
