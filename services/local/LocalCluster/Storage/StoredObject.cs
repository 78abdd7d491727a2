using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Storage;

/// <summary>One version of one object, immutable: its JSON as it goes over the wire, serialised exactly once.</summary>
public sealed class StoredObject(ObjectKey key, long resourceVersion, byte[] body)
{
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();

    private readonly WeakReference<JsonObject?> _peek = new(null);
    private IReadOnlyDictionary<string, string>? _labels;

    public ObjectKey Key { get; } = key;

    public long ResourceVersion { get; } = resourceVersion;

    /// <summary>Nothing has been written to the object since it was created.</summary>
    public bool IsAsCreated { get; init; }

    public ReadOnlyMemory<byte> Body { get; } = body;

    public byte[] Bytes => body;

    public IReadOnlyDictionary<string, string> Labels => _labels ??= ReadLabels();

    /// <summary>A tree of one's own, to change.</summary>
    public JsonObject ToTree() => (JsonObject)JsonText.Parse(body)!;

    /// <summary>A shared tree; it must not be changed and must not become a child of another tree.</summary>
    public JsonObject Peek()
    {
        if (_peek.TryGetTarget(out var tree) && tree is not null) return tree;
        tree = ToTree();
        _peek.SetTarget(tree);
        return tree;
    }

    private IReadOnlyDictionary<string, string> ReadLabels()
    {
        if (Peek().Map("metadata", "labels") is not { Count: > 0 } labels) return NoLabels;
        return labels.ToDictionary(p => p.Key, p => p.Value is JsonValue v && v.TryGetValue<string>(out var s) ? s : "");
    }
}
