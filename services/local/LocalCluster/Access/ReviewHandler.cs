using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Handlers;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Storage;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Access;

/// <summary>Questions that are answered and not kept: who am I, may I, whose token is this. Access is not restricted, so one may.</summary>
public sealed class ReviewHandler(Cluster cluster, TokenAuthority tokens)
{
    private const long ShortestToken = 600;

    public JsonObject Answer(ApiRequest request, JsonObject review, Caller caller)
    {
        review["metadata"] ??= new JsonObject();
        var spec = review.MapOrNew("spec");
        switch (request.Resource.Plural)
        {
            case "selfsubjectreviews":
                review.Remove("spec");
                review["metadata"] = new JsonObject { ["creationTimestamp"] = cluster.Now() };
                review["status"] = new JsonObject { ["userInfo"] = caller.ToJson() };
                break;
            case "tokenreviews":
                if (spec.Text("token") is not { Length: > 0 } token) throw ApiStatusException.BadRequest("token is required for TokenReview in authentication");
                review["status"] = tokens.Identify(token) is { } known
                    ? new JsonObject { ["authenticated"] = true, ["user"] = known.ToJson(), ["audiences"] = new JsonArray(TokenAuthority.Audience) }
                    : new JsonObject { ["user"] = new JsonObject(), ["error"] = "invalid bearer token" };
                break;
            case "selfsubjectrulesreviews":
                review["status"] = new JsonObject
                {
                    ["resourceRules"] = new JsonArray(new JsonObject { ["verbs"] = new JsonArray("*"), ["apiGroups"] = new JsonArray("*"), ["resources"] = new JsonArray("*") }),
                    ["nonResourceRules"] = new JsonArray(new JsonObject { ["verbs"] = new JsonArray("*"), ["nonResourceURLs"] = new JsonArray("*") }),
                    ["incomplete"] = false,
                };
                break;
            default:
                if ((spec["resourceAttributes"] is null) == (spec["nonResourceAttributes"] is null))
                {
                    throw ApiStatusException.Invalid("authorization.k8s.io", "", "",
                        [FieldError.Invalid("spec.resourceAttributes", null, "exactly one of nonResourceAttributes or resourceAttributes must be specified")]);
                }
                review["status"] = new JsonObject { ["allowed"] = true, ["reason"] = "access is not restricted on this server" };
                break;
        }
        return review;
    }

    /// <summary>POST serviceaccounts/NAME/token.</summary>
    public JsonObject IssueToken(ApiRequest request, JsonObject body)
    {
        var account = cluster.Store.Latest(new ObjectKey("serviceaccounts", request.Namespace!, request.Name!)) ?? throw ApiStatusException.NotFound(request.Resource, request.Name!);
        var seconds = body.Integer("spec", "expirationSeconds") ?? 3600;
        if (seconds < ShortestToken)
        {
            throw ApiStatusException.Invalid("authentication.k8s.io", "TokenRequest", "",
                [FieldError.Invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")]);
        }
        var audiences = (body.List("spec", "audiences") ?? []).Select(a => a.Text() ?? "").ToList();
        if (audiences.Count == 0) audiences.Add(TokenAuthority.Audience);
        var expiry = cluster.Clock.GetUtcNow().AddSeconds(Math.Min(seconds, 1L << 32));
        var uid = account.Peek().Text("metadata", "uid")!;
        return new JsonObject
        {
            ["kind"] = "TokenRequest",
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["metadata"] = new JsonObject { ["name"] = request.Name, ["namespace"] = request.Namespace, ["uid"] = uid, ["creationTimestamp"] = cluster.Now() },
            ["spec"] = new JsonObject { ["audiences"] = new JsonArray([.. audiences.Select(a => (JsonNode)a)]), ["expirationSeconds"] = seconds, ["boundObjectRef"] = body.At("spec", "boundObjectRef")?.DeepClone() },
            ["status"] = new JsonObject
            {
                ["token"] = tokens.Issue(request.Namespace!, request.Name!, uid, audiences, expiry),
                ["expirationTimestamp"] = expiry.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            },
        };
    }
}
