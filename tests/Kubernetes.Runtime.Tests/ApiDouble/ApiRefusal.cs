using System.Net;
using System.Text.Json.Nodes;

namespace Platform.Kubernetes.Runtime.Tests.ApiDouble;

public sealed class ApiRefusal(HttpStatusCode code, string reason) : Exception(reason)
{
    public HttpStatusCode Code { get; } = code;

    public JsonObject ToStatus() => new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["reason"] = Message, ["message"] = Message, ["code"] = (int)Code };
}
