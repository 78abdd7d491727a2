using System.Text.Json.Nodes;
using Platform.LocalCluster.Validation;

namespace Platform.LocalCluster.Builtins;

/// <summary>What one kind of built-in does differently. Each step changes or judges the tree it is given.</summary>
public class ResourceStrategy
{
    public static readonly ResourceStrategy None = new();

    /// <summary>Fills in what the API's defaulting functions fill in, before validation of a create or an update.</summary>
    public virtual void Default(JsonObject obj) { }

    /// <summary>Sets what the server owns on creation (initial status, generated labels).</summary>
    public virtual void PrepareForCreate(JsonObject obj) { }

    /// <summary>Fills in, after validation, what a real server only fills in when it reads the object back.</summary>
    public virtual void CompleteCreation(JsonObject obj) { }

    /// <summary>Carries over what an update may not change silently.</summary>
    public virtual void PrepareForUpdate(JsonObject obj, JsonObject old) { }

    public virtual void Validate(JsonObject obj, List<FieldError> errors) { }

    public virtual void ValidateUpdate(JsonObject obj, JsonObject old, List<FieldError> errors) => Validate(obj, errors);

    public virtual void ValidateStatusUpdate(JsonObject obj, JsonObject old, List<FieldError> errors) { }

    /// <summary>Grace given to an object that is deleted without saying how long; null deletes at once.</summary>
    public virtual long? GracePeriod(JsonObject obj, long? requested) => null;

    /// <summary>Dependents of an object that is deleted without a policy stay (the old behaviour of Jobs).</summary>
    public virtual bool OrphansByDefault => false;

    /// <summary>The kind's own value of metadata.name rules: a DNS subdomain unless it says otherwise.</summary>
    public virtual IEnumerable<string> ValidateName(string name, bool prefix) => Names.DnsSubdomain(name, prefix);
}
