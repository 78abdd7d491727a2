using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Builtins;

/// <summary>ConfigMaps and Secrets share their key rules and the immutable flag.</summary>
internal class ConfigMapStrategy : ResourceStrategy
{
    public override void Validate(JsonObject obj, List<FieldError> errors)
    {
        foreach (var (key, _) in obj.Map("data") ?? [])
        {
            foreach (var problem in Names.ConfigKey(key)) errors.Add(FieldError.Invalid($"data[{key}]", key, problem));
            if (obj.Map("binaryData")?.ContainsKey(key) == true) errors.Add(FieldError.Invalid($"data[{key}]", key, "duplicate of key present in binaryData"));
        }
        foreach (var (key, _) in obj.Map("binaryData") ?? [])
            foreach (var problem in Names.ConfigKey(key)) errors.Add(FieldError.Invalid($"binaryData[{key}]", key, problem));
    }

    public override void ValidateUpdate(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        if (old.Flag("immutable") == true)
        {
            if (obj.Flag("immutable") != true) errors.Add(FieldError.Forbidden("immutable", "field is immutable when `immutable` is set"));
            foreach (var field in (string[])["data", "binaryData"])
                if (!JsonTree.Same(obj[field], old[field])) errors.Add(FieldError.Forbidden(field, "field is immutable when `immutable` is set"));
        }
        Validate(obj, errors);
    }
}

internal sealed class SecretStrategy : ConfigMapStrategy
{
    public override void Default(JsonObject secret)
    {
        if (string.IsNullOrEmpty(secret.Text("type"))) secret["type"] = "Opaque";
        foreach (var (key, value) in secret.Map("stringData") ?? [])
            secret.MapOrNew("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text() ?? ""));
        secret.Remove("stringData");
    }

    public override void Validate(JsonObject secret, List<FieldError> errors)
    {
        base.Validate(secret, errors);
        string[] required = secret.Text("type") switch
        {
            "kubernetes.io/tls" => ["tls.crt", "tls.key"],
            "kubernetes.io/dockerconfigjson" => [".dockerconfigjson"],
            "kubernetes.io/ssh-auth" => ["ssh-privatekey"],
            _ => [],
        };
        foreach (var key in required)
            if (secret.Map("data")?.ContainsKey(key) != true) errors.Add(FieldError.Required($"data[{key}]"));
        if (secret.Text("type") == "kubernetes.io/dockerconfigjson" && secret.Text("data", ".dockerconfigjson") is { } config && !IsJson(config))
            errors.Add(FieldError.Invalid("data[.dockerconfigjson]", "<secret contents redacted>", "unexpected end of JSON input"));
    }

    public override void ValidateUpdate(JsonObject secret, JsonObject old, List<FieldError> errors)
    {
        if (!JsonTree.Same(secret["type"], old["type"])) errors.Add(FieldError.Invalid("type", secret["type"], "field is immutable"));
        base.ValidateUpdate(secret, old, errors);
    }

    private static bool IsJson(string base64)
    {
        try
        {
            JsonText.Parse(Convert.FromBase64String(base64));
            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException)
        {
            return false;
        }
    }
}

internal sealed class NamespaceStrategy : ResourceStrategy
{
    private const string NameLabel = "kubernetes.io/metadata.name";

    public override void Default(JsonObject ns)
    {
        ns.MapOrNew("spec");
        if (ns.Text("metadata", "name") is { } name) ns.MapOrNew("metadata", "labels")[NameLabel] = name;
    }

    public override void PrepareForCreate(JsonObject ns)
    {
        ns["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
        ns["status"] = new JsonObject { ["phase"] = "Active" };
    }

    public override void PrepareForUpdate(JsonObject ns, JsonObject old) => ns["spec"] = old["spec"]?.DeepClone();

    public override IEnumerable<string> ValidateName(string name, bool prefix) => Names.DnsLabel(name, prefix);
}

internal sealed class LeaseStrategy : ResourceStrategy
{
    public override void Validate(JsonObject lease, List<FieldError> errors)
    {
        if (lease.Integer("spec", "leaseDurationSeconds") is <= 0)
            errors.Add(FieldError.Invalid("spec.leaseDurationSeconds", lease.At("spec", "leaseDurationSeconds"), "must be greater than 0"));
        if (lease.Integer("spec", "leaseTransitions") is < 0)
            errors.Add(FieldError.Invalid("spec.leaseTransitions", lease.At("spec", "leaseTransitions"), "must be greater than or equal to 0"));
    }
}

internal sealed class ServiceStrategy : ResourceStrategy
{
    public override void Default(JsonObject service)
    {
        var spec = service.MapOrNew("spec");
        if (spec["type"] is null) spec["type"] = "ClusterIP";
        if (spec["sessionAffinity"] is null) spec["sessionAffinity"] = "None";
        if (spec["internalTrafficPolicy"] is null) spec["internalTrafficPolicy"] = "Cluster";
        // No network is simulated: every service is headless.
        if (spec["clusterIP"] is null) (spec["clusterIP"], spec["clusterIPs"]) = ("None", new JsonArray("None"));
        foreach (var port in (spec.List("ports") ?? []).OfType<JsonObject>())
        {
            if (port["protocol"] is null) port["protocol"] = "TCP";
            if (port["targetPort"] is null) port["targetPort"] = port["port"]?.DeepClone();
        }
    }

    public override void PrepareForCreate(JsonObject service) => service["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };

    public override IEnumerable<string> ValidateName(string name, bool prefix) => Names.Dns1035Label(name, prefix);
}

internal sealed class RbacStrategy : ResourceStrategy
{
    public override IEnumerable<string> ValidateName(string name, bool prefix) => Names.PathSegment(name, prefix);
}
