using System.Text;
using System.Text.Json.Nodes;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Selectors;

/// <summary>A parsed field selector over the fields that the resource lets one select by.</summary>
public sealed class FieldSelector
{
    public static readonly FieldSelector Everything = new([]);

    private readonly List<Term> _terms;

    private FieldSelector(List<Term> terms) => _terms = terms;

    public bool IsEmpty => _terms.Count == 0;

    /// <summary>The one name that can match, if the selector says so.</summary>
    public string? Name => _terms.Find(t => t is { Field: "metadata.name", Equal: true })?.Value;

    public static FieldSelector Parse(string? text, ResourceDefinition resource)
    {
        if (string.IsNullOrEmpty(text)) return Everything;
        List<Term> terms = [];
        foreach (var part in Split(text))
        {
            if (part.Length == 0) continue;
            var term = ParseTerm(part) ?? throw ApiStatusException.BadRequest($"invalid selector: '{text}'; can't understand '{part}'");
            var known = term.Field is "metadata.name" || (term.Field is "metadata.namespace" && resource.Namespaced) || resource.SelectableFields.Contains(term.Field);
            if (!known)
            {
                throw ApiStatusException.BadRequest(resource.IsCustom || resource.SelectableFields.Count > 0
                    ? $"field label not supported: {term.Field}"
                    : $"\"{term.Field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
            }
            terms.Add(term);
        }
        return new FieldSelector(terms);
    }

    public bool Matches(JsonObject obj)
    {
        foreach (var term in _terms)
            if ((ValueAt(obj, term.Field) == term.Value) != term.Equal) return false;
        return true;
    }

    private static string ValueAt(JsonObject obj, string field)
    {
        var path = field.Split('.');
        var value = obj.At(path);
        // Events served by events.k8s.io name the same fields differently.
        if (value is null && path[0] == "regarding") value = obj.At(["involvedObject", .. path[1..]]);
        if (field == "spec.unschedulable" && value is null) return "false";
        if (field == "source" && value is not JsonValue) value = obj.At("source", "component") ?? obj.At("deprecatedSource", "component") ?? obj.At("reportingComponent");
        if (field == "status.successful") return obj.Integer("status", "succeeded")?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "0";
        return value switch
        {
            null => "",
            JsonValue scalar when scalar.TryGetValue<string>(out var text) => text,
            _ => value.ToJsonString(),
        };
    }

    private static Term? ParseTerm(string part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] == '\\') i++;
            else if (part[i..].StartsWith("!=", StringComparison.Ordinal)) return new(part[..i], Unescape(part[(i + 2)..]), false);
            else if (part[i..].StartsWith("==", StringComparison.Ordinal)) return new(part[..i], Unescape(part[(i + 2)..]), true);
            else if (part[i] == '=') return new(part[..i], Unescape(part[(i + 1)..]), true);
        }
        return null;
    }

    private static List<string> Split(string text)
    {
        List<string> parts = [];
        var current = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length) current.Append(text[i++]).Append(text[i]);
            else if (text[i] == ',')
            {
                parts.Add(current.ToString());
                current.Clear();
            }
            else current.Append(text[i]);
        }
        parts.Add(current.ToString());
        return parts;
    }

    private static string Unescape(string value) => value.Replace("\\,", ",", StringComparison.Ordinal).Replace("\\=", "=", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);

    private sealed record Term(string Field, string Value, bool Equal);
}
