using k8s;
using k8s.Autorest;
using k8s.Models;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Tests.ApiServer;

public class DurabilityTests
{
    [Fact]
    public async Task ObjectsTokensAndVersionsSurviveARestart()
    {
        await using var server = await RunningServer.StartAsync();
        var made = await server.Client.CoreV1.CreateNamespacedConfigMapAsync(Some("kept"), "default");
        var kubeconfig = await File.ReadAllTextAsync(server.Kubeconfig);
        await server.RestartAsync();
        var read = await server.Client.CoreV1.ReadNamespacedConfigMapAsync("kept", "default");
        Assert.Equal(made.Metadata.ResourceVersion, read.Metadata.ResourceVersion);
        Assert.Equal(made.Metadata.Uid, read.Metadata.Uid);
        Assert.Equal(kubeconfig, await File.ReadAllTextAsync(server.Kubeconfig));
        var next = await server.Client.CoreV1.CreateNamespacedConfigMapAsync(Some("next"), "default");
        Assert.True(long.Parse(next.Metadata.ResourceVersion) > long.Parse(made.Metadata.ResourceVersion));
    }

    [Fact]
    public async Task AWatchContinuesAcrossARestartAndSeesEveryChangeOnce()
    {
        await using var server = await RunningServer.StartAsync();
        var from = (await server.Client.CoreV1.ListNamespacedConfigMapAsync("default")).Metadata.ResourceVersion;
        await server.Client.CoreV1.CreateNamespacedConfigMapAsync(Some("before"), "default");
        await server.RestartAsync();
        await server.Client.CoreV1.CreateNamespacedConfigMapAsync(Some("after"), "default");
        await server.Client.CoreV1.DeleteNamespacedConfigMapAsync("before", "default");
        List<string> seen = [];
        using var response = await server.Http.GetAsync(
            $"/api/v1/namespaces/default/configmaps?watch=true&resourceVersion={from}&timeoutSeconds=1", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await lines.ReadLineAsync() is { } line)
        {
            var change = System.Text.Json.Nodes.JsonNode.Parse(line)!;
            seen.Add($"{change["type"]} {change["object"]!["metadata"]!["name"]}");
        }
        Assert.Equal(["ADDED before", "ADDED after", "DELETED before"], seen);
    }

    [Fact]
    public async Task OfManyWritersThatReadTheSameVersionOneWins()
    {
        await using var server = await RunningServer.StartAsync();
        var made = await server.Client.CoreV1.CreateNamespacedConfigMapAsync(Some("contested"), "default");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            var mine = Some("contested");
            mine.Metadata.ResourceVersion = made.Metadata.ResourceVersion;
            mine.Data["writer"] = $"{writer}";
            try
            {
                await server.Client.CoreV1.ReplaceNamespacedConfigMapAsync(mine, "contested", "default");
                return true;
            }
            catch (HttpOperationException conflict) when (conflict.Response.StatusCode == System.Net.HttpStatusCode.Conflict)
            {
                return false;
            }
        }));
        Assert.Single(outcomes, won => won);
    }

    [Fact]
    public async Task PatchesOfManyWritersAllArrive()
    {
        await using var server = await RunningServer.StartAsync();
        await server.Client.CoreV1.CreateNamespacedConfigMapAsync(Some("shared"), "default");
        await Task.WhenAll(Enumerable.Range(0, 24).Select(writer => server.Client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch($"{{\"data\":{{\"k{writer}\":\"v\"}}}}", V1Patch.PatchType.MergePatch), "shared", "default")));
        var result = await server.Client.CoreV1.ReadNamespacedConfigMapAsync("shared", "default");
        Assert.Equal(25, result.Data.Count);
    }

    [Fact]
    public async Task ASecondServerOnTheSameFolderIsRefused()
    {
        await using var server = await RunningServer.StartAsync();
        var refused = await Assert.ThrowsAsync<IOException>(() => LocalCluster.ApiServer.LocalApiServer.StartAsync(new() { DataFolder = server.Folder }));
        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheStoreForgetsOldRevisionsButNeverAState()
    {
        var folder = Directory.CreateTempSubdirectory("store-").FullName;
        var path = Path.Combine(folder, "objects.db");
        var key = new ObjectKey("configmaps", "default", "a");
        await using (var store = new ObjectStore(path, logCapacity: 4))
        {
            var version = (await store.WriteAsync(key, 0, []))!.ResourceVersion;
            for (var i = 0; i < 20; i++) version = (await store.WriteAsync(key, version, new() { ["i"] = i }))!.ResourceVersion;
            Assert.Null(store.Subscribe("configmaps", null, version - 10));
            Assert.NotNull(store.Subscribe("configmaps", null, version - 2));
            Assert.Null(await store.WriteAsync(key, version - 1, []));
        }
        await using (var again = new ObjectStore(path, logCapacity: 4))
            Assert.Equal(19, (long)again.Latest(key)!.Peek()["i"]!);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task WhatTheServerKeepsIsReadableByItsOwnerOnly()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("file modes are a Unix matter");
        await using var server = await RunningServer.StartAsync();
        await server.Client.CoreV1.CreateNamespacedConfigMapAsync(Some("any"), "default");
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        foreach (var file in Directory.EnumerateFiles(server.Folder))
            if (!OperatingSystem.IsWindows()) Assert.True((File.GetUnixFileMode(file) & others) == 0, $"{Path.GetFileName(file)} is open to others");
    }

    private static V1ConfigMap Some(string name) => new() { Metadata = new V1ObjectMeta { Name = name }, Data = new Dictionary<string, string> { ["a"] = "b" } };
}
