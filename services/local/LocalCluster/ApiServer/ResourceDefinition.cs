using System.Text.Json.Nodes;
using Platform.LocalCluster.Builtins;
using Platform.LocalCluster.Schema;
using Platform.LocalCluster.Storage;
using Platform.LocalCluster.Tables;

namespace Platform.LocalCluster.ApiServer;

/// <summary>One resource at one version, built in or from a CustomResourceDefinition: all that the handlers need to know about it.</summary>
public sealed class ResourceDefinition
{
    private static readonly string[] ReadWrite = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public required string Group { get; init; }
    public required string Version { get; init; }
    public required string Plural { get; init; }
    public required string Singular { get; init; }
    public required string Kind { get; init; }
    public bool Namespaced { get; init; } = true;
    public IReadOnlyList<string> ShortNames { get; init; } = [];
    public IReadOnlyList<string> Categories { get; init; } = [];
    public IReadOnlyList<string> Verbs { get; init; } = ReadWrite;
    public string ListKind { get => field ?? Kind + "List"; init; }
    public required StructuralSchema Schema { get; init; }
    public required ITableFormat Table { get; init; }

    /// <summary>Status is a subresource: the main resource ignores status, and /status everything else.</summary>
    public bool HasStatus { get; init; }

    /// <summary>metadata.generation counts changes of the desired state.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>A PUT without a resourceVersion overwrites whatever is there.</summary>
    public bool AllowsUnconditionalUpdate { get; init; } = true;

    public IReadOnlyList<string> SelectableFields { get; init; } = [];

    /// <summary>Defaults, checks and deletion rules of a built-in; the general ones for custom resources.</summary>
    public ResourceStrategy Strategy { get; init; } = ResourceStrategy.None;

    /// <summary>The CustomResourceDefinition this came from; null for built-ins.</summary>
    public JsonObject? Source { get; init; }

    /// <summary>The type a built-in's schema was made from.</summary>
    public Type? ClrType { get; init; }

    public bool IsCustom => Source is not null;

    public bool IsReview => Verbs is ["create"];

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>"jobs.batch": where the objects are kept (versions share it), and the resource's name in messages.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>"Job.batch": the kind's name in messages.</summary>
    public string QualifiedKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    /// <summary>Null where the stored form is served as it is.</summary>
    public IObjectConversion? Conversion { get; init; }

    /// <summary>Objects written before this version lack the defaults that the definition has gained since.</summary>
    public long SchemaRevision { get; init; }

    /// <summary>The stored bytes are what this version of the API serves.</summary>
    public bool ServesAsStored(StoredObject stored) => Conversion is null && stored.ResourceVersion >= SchemaRevision;

    public JsonObject FromStorage(StoredObject stored)
    {
        var tree = stored.ToTree();
        tree = Conversion?.FromStorage(tree) ?? tree;
        if (stored.ResourceVersion < SchemaRevision)
        {
            Pruning.Prune(tree, Schema);
            Defaulting.Apply(tree, Schema);
        }
        return tree;
    }

    public string StorageResource { get => field ?? QualifiedName; init; }

    public override string ToString() => $"{ApiVersion} {Plural}";
}
