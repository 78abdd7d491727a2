using System.Text.RegularExpressions;

namespace Platform.LocalCluster.Validation;

/// <summary>Rules for names, labels and keys, with apimachinery's wording. Each returns what is wrong, nothing when all is well.</summary>
public static partial class Names
{
    public const string SubdomainMessage = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    public const string LabelMessage = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
        + "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string Dns1035Message = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character "
        + "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string NamePartMessage = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string LabelValueMessage = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string ConfigKeyMessage = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
        + "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

    public static IEnumerable<string> DnsSubdomain(string name, bool prefix = false)
    {
        if (prefix) name = MaskTrailingDash(name);
        if (name.Length > 253) yield return "must be no more than 253 characters";
        if (!Subdomain().IsMatch(name)) yield return SubdomainMessage;
    }

    public static IEnumerable<string> DnsLabel(string name, bool prefix = false)
    {
        if (prefix) name = MaskTrailingDash(name);
        if (name.Length > 63) yield return "must be no more than 63 characters";
        if (!Label().IsMatch(name)) yield return LabelMessage;
    }

    public static IEnumerable<string> Dns1035Label(string name, bool prefix = false)
    {
        if (prefix) name = MaskTrailingDash(name);
        if (name.Length > 63) yield return "must be no more than 63 characters";
        if (!Dns1035().IsMatch(name)) yield return Dns1035Message;
    }

    /// <summary>What may stand in a path: used for RBAC names.</summary>
    public static IEnumerable<string> PathSegment(string name, bool prefix = false)
    {
        if (name is "." or "..") yield return $"may not be '{name}'";
        foreach (var illegal in "/%")
            if (name.Contains(illegal, StringComparison.Ordinal)) yield return $"may not contain '{illegal}'";
    }

    public static IEnumerable<string> QualifiedName(string key)
    {
        var slash = key.Split('/');
        var name = slash[^1];
        if (slash.Length > 2)
        {
            yield return NamePartMessage.Replace("name part must", "a qualified name must", StringComparison.Ordinal)
                + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }
        if (slash.Length == 2)
        {
            if (slash[0].Length == 0) yield return "prefix part must be non-empty";
            else foreach (var problem in DnsSubdomain(slash[0])) yield return "prefix part " + problem;
        }
        if (name.Length == 0) yield return "name part must be non-empty";
        else if (name.Length > 63) yield return "name part must be no more than 63 characters";
        if (name.Length == 0 || !NamePart().IsMatch(name)) yield return NamePartMessage;
    }

    public static IEnumerable<string> LabelValue(string value)
    {
        if (value.Length > 63) yield return "must be no more than 63 bytes";
        if (!LabelText().IsMatch(value)) yield return LabelValueMessage;
    }

    public static IEnumerable<string> ConfigKey(string key)
    {
        if (key.Length > 253) yield return "must be no more than 253 characters";
        if (!ConfigKeyText().IsMatch(key)) yield return ConfigKeyMessage;
        else if (key is "." or "..") yield return $"must not be '{key}'";
        else if (key.StartsWith("..", StringComparison.Ordinal)) yield return "must not start with '..'";
    }

    private static string MaskTrailingDash(string name) => name.Length > 1 && name[^1] == '-' ? name[..^2] + "a" : name;

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"^[a-z]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Dns1035();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex NamePart();

    [GeneratedRegex(@"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z")]
    private static partial Regex LabelText();

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z")]
    private static partial Regex ConfigKeyText();
}
