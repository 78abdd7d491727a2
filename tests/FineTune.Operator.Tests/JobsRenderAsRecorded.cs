using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Rendering;
using Platform.Testing;

namespace Platform.FineTune.Operator.Tests;

/// <summary>
/// One folder per case: the user's <c>job.yaml</c> and, recorded, what every stage gets from it. After an intended change
/// delete the recorded files, run the test twice and review the difference.
/// </summary>
public sealed class JobsRenderAsRecorded
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order()];

    private static string Folder => Path.Combine(RepositoryFolder.Root, "tests", "FineTune.Operator.Tests", "Golden");

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task EveryStageGetsItsJobItsSpecFileAndItsSecret(string name)
    {
        using var world = new World();
        var job = KubernetesYaml.Deserialize<FineTuneJob>(await File.ReadAllTextAsync(Path.Combine(Folder, name, "job.yaml")));
        (job.Metadata.Name, job.Metadata.NamespaceProperty, job.Metadata.Uid) = (World.Name, World.Namespace, World.Uid);
        world.Apply(job);
        if (StageNames.Queue(job) is null) await world.RunToTheEndAsync();
        else await world.ReconcileAsync();
        foreach (var owned in world.OwnedJobs()) AssertRecorded(Path.Combine(Folder, name), Workers.StageOf(owned), Rendered(world, owned.Metadata.Name));
    }

    private static string Rendered(World world, string name)
    {
        JsonObject all = [];
        foreach (var plural in new[] { "configmaps", "secrets", "jobs" })
        {
            var entity = world.Api.Do(store => store.Get(World.Path(plural, name)));
            entity.Remove("status");
            foreach (var field in new[] { "uid", "resourceVersion", "generation" }) entity["metadata"]!.AsObject().Remove(field);
            if (entity["data"]?["spec.json"] is { } spec) entity["data"]!["spec.json"] = JsonNode.Parse(spec.ToString());
            all[plural] = entity;
        }

        return all.ToJsonString(Indented).Replace("\r\n", "\n") + "\n";
    }

    private static void AssertRecorded(string folder, string stage, string actual)
    {
        var path = Path.Combine(folder, $"{stage}.json");
        if (File.Exists(path))
        {
            Assert.Equal(File.ReadAllText(path), actual);
            return;
        }

        File.WriteAllText(path, actual);
        Assert.Fail($"{path} was not recorded; it is now. Review and commit it.");
    }
}
