using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;

namespace Platform.LocalCluster.Tests.ApiServer;

/// <summary>The platform's own definition is accepted, and refuses a wrong job with everything that is wrong.</summary>
public class FineTuneJobDefinitionTests
{
    [Fact]
    public async Task AWrongJobIsRefusedWithAllItsProblems()
    {
        var crd = Path.Combine(Root(), "charts", "platform", "files", "crds", "finetunejobs.yaml");
        await using var server = await RunningServer.StartAsync();
        var (code, answer) = await server.SendAsync(HttpMethod.Post, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", await File.ReadAllTextAsync(crd), "application/yaml");
        Assert.True(code == 201, answer?.ToJsonString());
        var source = YamlText.Parse(await File.ReadAllTextAsync(crd))!;
        var version = (string)source["spec"]!["versions"]![0]!["name"]!;
        var path = $"/apis/{source["spec"]!["group"]}/{version}/namespaces/default/{source["spec"]!["names"]!["plural"]}";
        var job = new JsonObject
        {
            ["apiVersion"] = $"{source["spec"]!["group"]}/{version}",
            ["kind"] = "FineTuneJob",
            ["metadata"] = new JsonObject { ["name"] = "wrong" },
            ["spec"] = JsonNode.Parse("""{"model":{"uri":"registry://base"},"method":{"type":"magic","lora":{"rank":0}},"training":{"epochs":1,"maxSteps":5}}"""),
        };
        for (var attempt = 0; attempt < 100 && code != 422; attempt++)
        {
            (code, answer) = await server.SendAsync(HttpMethod.Post, path, job.ToJsonString());
            if (code == 404) await Task.Delay(50); // not served yet
        }
        Assert.Equal(422, code);
        var fields = answer!["details"]!["causes"]!.AsArray().Select(c => (string)c!["field"]!).ToList();
        Assert.Contains("spec.method.type", fields);
        Assert.Contains("spec.method.lora.rank", fields);
        Assert.Contains("spec.dataset", fields);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Platform.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
