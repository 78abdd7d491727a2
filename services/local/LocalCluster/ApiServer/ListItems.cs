using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.ApiServer;

/// <summary>Items of built-in lists carry neither kind nor apiVersion; the shortened form is made once per version of an object.</summary>
internal static class ListItems
{
    private static readonly ConditionalWeakTable<StoredObject, byte[]> Shortened = [];

    public static ReadOnlySpan<byte> WithoutKind(StoredObject stored) => Shortened.GetValue(stored, static s =>
    {
        var tree = s.ToTree();
        tree.Remove("kind");
        tree.Remove("apiVersion");
        return JsonText.Write(tree);
    });
}
