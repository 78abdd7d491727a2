using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Bench;

/// <summary>The platform's own custom resource, with objects such as a user writes them: every create passes its schema and its rules.</summary>
internal sealed class FineTuneJobs(ApiConnection server)
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private static readonly JsonObject Definition = (JsonObject)YamlText.Parse(Resource())!;
    private static readonly string Group = Definition.Text("spec", "group")!;
    private static readonly string Version = Definition["spec"]!["versions"]![0].Text("name")!;

    public static string Path(string ns) => $"/apis/{Group}/{Version}/namespaces/{ns}/finetunejobs";

    /// <summary>Makes the definition where it is missing, and waits until it is served.</summary>
    public async Task InstallAsync(CancellationToken cancellation)
    {
        await server.ExpectAsync(HttpMethod.Post, Definitions, Definition.ToJsonString(), cancellation, codes: [201, 409]);
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if ((await server.SendAsync(HttpMethod.Get, Path("default"), null, "", cancellation)).Code == 200) return;
            await Task.Delay(50, cancellation);
        }
        throw new InvalidOperationException("The definition was accepted, but its objects are not served.");
    }

    public async Task MakeNamespaceAsync(string name, CancellationToken cancellation) =>
        await server.ExpectAsync(HttpMethod.Post, "/api/v1/namespaces", $$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}"}}""", cancellation, codes: [201, 409]);

    public async Task DropNamespaceAsync(string name, CancellationToken cancellation)
    {
        await server.SendAsync(HttpMethod.Delete, Path(name), null, "", cancellation);
        await server.SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/{name}", null, "", cancellation);
    }

    public static string Body(string name) => $$$$"""
        {"apiVersion":"{{{{Group}}}}/{{{{Version}}}}","kind":"FineTuneJob","metadata":{"name":"{{{{name}}}}","labels":{"team":"bench","app":"finetune"}},
         "spec":{"model":{"uri":"registry://tiny-base@v1"},"dataset":{"uri":"s3://datasets/chat/train.jsonl","format":"chat"},
         "method":{"type":"lora","lora":{"rank":16,"alpha":32,"targetModules":["q_proj","k_proj","v_proj","o_proj"]}},"training":{"epochs":3,"learningRate":"2e-4"}}}
        """;

    private static string Resource()
    {
        using var reader = new StreamReader(typeof(FineTuneJobs).Assembly.GetManifestResourceStream("finetunejobs.yaml")!);
        return reader.ReadToEnd();
    }
}
