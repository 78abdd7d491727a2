using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Artifacts;
using Platform.Protos.Registry.V1;
using Platform.ServiceTesting;
using Platform.Testing.Servers;

namespace Platform.Registry.Api.Tests;

/// <summary>Base models come from folders and are kept under their digest, on every store.</summary>
public abstract class ImportedModelsContract : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private ServiceHost _host = null!;

    protected abstract Dictionary<string, string?> Configuration { get; }

    public async ValueTask InitializeAsync() => _host = await ServiceHost.StartAsync(_folder.Path, builder => builder.AddRegistry(), app => app.MapRegistry(), Configuration);

    private RegistryService.RegistryServiceClient Client => new(_host.Grpc);

    private IArtifactStore Store => _host.Services.GetRequiredService<IArtifactStore>();

    [Fact]
    public async Task AFolderIsCopiedUnderItsDigest()
    {
        Write("model", "config.json", "tokenizer.json", "model.safetensors", "LICENSE");
        _folder.Write("model/pytorch_model.bin", "other weights");
        _folder.Write("model/.git", "hidden");
        var model = (await Client.ResolveModelAsync(new ResolveModelRequest { Uri = "file:model" })).Model;
        Assert.Equal(("file:model", $"s3://platform/models/{model.Base.Sha256}/"), (model.Uri, model.Base.Uri));
        var copy = Path.Combine(_folder.Path, "copy");
        await ArtifactFolder.DownloadAsync(Store, ArtifactUri.Parse(model.Base.Uri), model.Base.Sha256, copy, CancellationToken.None);
        Assert.Equal(["LICENSE", "config.json", "model.safetensors", "tokenizer.json"], Directory.GetFiles(copy).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(model, (await Client.ResolveModelAsync(new ResolveModelRequest { Uri = "file:model" })).Model);
        var imported = (await Client.ResolveModelAsync(new ResolveModelRequest { Uri = model.Base.Uri })).Model;
        Assert.Equal(model.Base, imported.Base);
    }

    [Fact]
    public async Task AnOlderFolderIsAModelToo()
    {
        Write("older", "config.json", "vocab.txt", "pytorch_model.bin", "optimizer.bin");
        var model = (await Client.ResolveModelAsync(new ResolveModelRequest { Uri = "file:older" })).Model;
        var copy = Path.Combine(_folder.Path, "copy");
        await ArtifactFolder.DownloadAsync(Store, ArtifactUri.Parse(model.Base.Uri), model.Base.Sha256, copy, CancellationToken.None);
        Assert.Equal(["config.json", "pytorch_model.bin", "vocab.txt"], Directory.GetFiles(copy).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AChangedFolderIsAnotherModel()
    {
        Write("model", "config.json", "tokenizer.json", "model.safetensors");
        var before = (await Client.ResolveModelAsync(new ResolveModelRequest { Uri = "file:model" })).Model.Base;
        _folder.Write("model/config.json", "{\"changed\": true}");
        var after = (await Client.ResolveModelAsync(new ResolveModelRequest { Uri = "file:model" })).Model.Base;
        Assert.NotEqual(before.Sha256, after.Sha256);
        Assert.Equal(before.Sha256, (await ArtifactFolder.PinAsync(Store, ArtifactUri.Parse(before.Uri), CancellationToken.None)).Sha256);
    }

    [Fact]
    public async Task EverythingThatIsMissingIsNamed()
    {
        Write("broken", "README.md");
        var message = await Refused.AsAsync(StatusCode.FailedPrecondition, Client.ResolveModelAsync(new ResolveModelRequest { Uri = "file:broken" }));
        Assert.All(["config.json", "tokenizer.json", "model.safetensors"], name => Assert.Contains($"{name} is missing", message));
        Write("sharded", "config.json", "tokenizer.json", "model-00001-of-00002.safetensors");
        _folder.Write("sharded/model.safetensors.index.json", """{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}""");
        message = await Refused.AsAsync(StatusCode.FailedPrecondition, Client.ResolveModelAsync(new ResolveModelRequest { Uri = "file:sharded" }));
        Assert.Contains("model-00002-of-00002.safetensors is missing", message);
        await Refused.AsAsync(StatusCode.NotFound, Client.ResolveModelAsync(new ResolveModelRequest { Uri = "file:nowhere" }));
        await Refused.AsAsync(StatusCode.NotFound, Client.ResolveModelAsync(new ResolveModelRequest { Uri = "s3://nowhere/model/" }));
        await Refused.AsAsync(StatusCode.InvalidArgument, Client.ResolveModelAsync(new ResolveModelRequest { Uri = "https://nowhere/model/" }));
    }

    [Fact]
    public async Task AnImportThatWasCutOffIsDoneAgain()
    {
        Write("model", "config.json", "tokenizer.json", "model.safetensors");
        var model = (await Client.ResolveModelAsync(new ResolveModelRequest { Uri = "file:model" })).Model.Base;
        var folder = ArtifactUri.Parse(model.Uri);
        await Store.DeleteAsync(folder.Combine("SHA256SUMS"), CancellationToken.None);
        await Store.DeleteAsync(folder.Combine("model.safetensors"), CancellationToken.None);
        Assert.Equal(model, (await Client.ResolveModelAsync(new ResolveModelRequest { Uri = "file:model" })).Model.Base);
        Assert.Equal(model.Sha256, (await ArtifactFolder.PinAsync(Store, folder, CancellationToken.None)).Sha256);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Write(string folder, params string[] names)
    {
        foreach (var name in names) _folder.Write($"{folder}/{name}", $"{{\"{name}\": 1}}");
    }
}

public sealed class ModelsImportedIntoAFolder : ImportedModelsContract
{
    protected override Dictionary<string, string?> Configuration => [];
}

[Trait("needs", "bucket")]
public sealed class ModelsImportedIntoS3(S3Server server) : ImportedModelsContract, IClassFixture<S3Server>
{
    protected override Dictionary<string, string?> Configuration => new() { ["S3"] = server.Address };
}
