using Grpc.Core;
using Platform.Protos.Datasets.V1;
using Platform.ServiceTesting;

namespace Platform.Datasets.Api.Tests;

public sealed class FileUrisNeedPermission
{
    [Fact]
    public async Task WithoutItNoFileIsRead()
    {
        using var folder = new TestFolder();
        var path = folder.Write("rows.jsonl", """{"prompt": "a", "completion": "b"}""");
        await using var host = await ServiceHost.StartAsync(folder.Path, builder => builder.AddDatasets(), app => app.MapDatasets(), new Dictionary<string, string?> { ["ALLOW_FILE_URIS"] = null });
        var request = new ResolveDatasetRequest { RunId = Guid.NewGuid().ToString(), Uri = $"file:{path}", Format = "prompt-completion" };
        var message = await Refused.AsAsync(StatusCode.InvalidArgument, new DatasetsService.DatasetsServiceClient(host.Grpc).ResolveDatasetAsync(request));
        Assert.Contains("ALLOW_FILE_URIS", message);
    }

    [Fact]
    public async Task WithItALinkOutOfTheFolderIsStillRefusedAndAnAbsolutePathIsRead()
    {
        using var folder = new TestFolder();
        using var outside = new TestFolder();
        var path = outside.Write("rows.jsonl", """{"prompt": "a", "completion": "b"}""");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "link.jsonl"), path);
        await using var host = await ServiceHost.StartAsync(folder.Path, builder => builder.AddDatasets(), app => app.MapDatasets());
        var client = new DatasetsService.DatasetsServiceClient(host.Grpc);
        var request = new ResolveDatasetRequest { RunId = Guid.NewGuid().ToString(), Uri = "file:link.jsonl", Format = "prompt-completion" };
        Assert.Contains("leads out", await Refused.AsAsync(StatusCode.InvalidArgument, client.ResolveDatasetAsync(request)));
        request.Uri = $"file:{path}";
        Assert.Equal(1, (await client.ResolveDatasetAsync(request)).Dataset.TrainRows);
    }
}
