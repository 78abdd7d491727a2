using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Platform.LocalCluster.Cel;

namespace Platform.LocalCluster.Schema;

/// <summary>What x-kubernetes-list-type (or the patch strategy of a built-in) says about a list.</summary>
public enum ListKind
{
    Atomic,
    Set,
    Map,
}

/// <summary>
/// The shape of a value: the schema of a custom resource or, made from the client library's types, of a built-in. Pruning, defaulting,
/// validation, strategic merge and server-side apply all walk this one tree. It is immutable once built, and may be recursive.
/// </summary>
public sealed class StructuralSchema
{
    public string Type { get; set; } = "";
    public string Format { get; init; } = "";
    public string Description { get; init; } = "";
    public bool Nullable { get; init; }
    public bool IntOrString { get; init; }
    public bool PreserveUnknownFields { get; init; }
    public bool EmbeddedResource { get; init; }

    public Dictionary<string, StructuralSchema> Properties { get; init; } = [];
    public StructuralSchema? AdditionalProperties { get; set; }
    public StructuralSchema? Items { get; set; }
    public IReadOnlyList<string> Required { get; set; } = [];
    public bool HasDefault { get; init; }
    public JsonNode? Default { get; init; }

    public IReadOnlyList<JsonNode?>? Enum { get; init; }
    public double? Minimum { get; init; }
    public double? Maximum { get; init; }
    public bool ExclusiveMinimum { get; init; }
    public bool ExclusiveMaximum { get; init; }
    public double? MultipleOf { get; init; }
    public long? MinLength { get; init; }
    public long? MaxLength { get; init; }
    public Regex? Pattern { get; init; }
    public string PatternText { get; init; } = "";
    public long? MinItems { get; init; }
    public long? MaxItems { get; init; }
    public bool UniqueItems { get; init; }
    public long? MinProperties { get; init; }
    public long? MaxProperties { get; init; }
    public IReadOnlyList<StructuralSchema> AllOf { get; init; } = [];
    public IReadOnlyList<StructuralSchema> AnyOf { get; init; } = [];
    public IReadOnlyList<StructuralSchema> OneOf { get; init; } = [];
    public StructuralSchema? Not { get; init; }

    public ListKind ListKind { get; set; }
    public IReadOnlyList<string> ListMapKeys { get; set; } = [];
    public bool AtomicMap { get; init; }

    /// <summary>Built-ins only: the key by which a strategic merge patch pairs the elements; null replaces the list.</summary>
    public string? PatchMergeKey { get; set; }

    /// <summary>Built-ins only: the strategic merge patch merges this list (of scalars when there is no key).</summary>
    public bool PatchMerges { get; set; }

    public IReadOnlyList<CelRule> Rules { get; init; } = [];

    public StructuralSchema? Field(string name) => Properties.GetValueOrDefault(name) ?? AdditionalProperties;

    public override string ToString() => $"{Type} {{{string.Join(", ", Properties.Keys)}}}";
}
