using System.Text.Json.Nodes;
using Platform.Local.Follow;
using Platform.Testing;

namespace Platform.EndToEnd.Tests;

/// <summary>The samples' jobs, with their files named where this repository has them.</summary>
internal static class SampleJob
{
    /// <summary>The quickstart's, under another name.</summary>
    public static JobManifest Quickstart(string name)
    {
        var manifest = Read("quickstart");
        manifest.Body["metadata"]!["name"] = name;
        return manifest with { Name = name };
    }

    /// <param name="folder">below samples/</param>
    public static JobManifest Read(string folder)
    {
        var manifest = JobManifest.Read(Path.Combine(RepositoryFolder.Root, "samples", folder, "job.yaml"));
        Resolve(manifest.Body);
        return manifest;
    }

    /// <summary>A dataset of the test's own instead of the sample's.</summary>
    public static JobManifest WithDataset(this JobManifest manifest, string path)
    {
        manifest.Body["spec"]!["dataset"]!["uri"] = "file:" + path;
        return manifest;
    }

    private static void Resolve(JsonNode node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map.ToList())
                {
                    if (value is JsonValue text && text.TryGetValue<string>(out var uri) && uri.StartsWith("file:", StringComparison.Ordinal))
                        map[key] = "file:" + Path.GetFullPath(uri["file:".Length..], RepositoryFolder.Root);
                    else if (value is not null)
                        Resolve(value);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                    if (item is not null) Resolve(item);
                break;
        }
    }
}
