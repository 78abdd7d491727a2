using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Protos.Artifacts.V1;
using Platform.Protos.Registry.V1;
using Platform.ServiceTesting;

namespace Platform.Registry.Api.Tests;

/// <summary>What the registry promises about versions, aliases and lineage, on every database and bus.</summary>
public abstract class RegistryApiContract : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly string _run = Guid.NewGuid().ToString("D");
    private ServiceHost _host = null!;

    protected abstract Task<Dictionary<string, string?>> ConfigurationAsync();

    private protected ServiceHost Host => _host;

    private protected TestFolder Folder => _folder;

    public async ValueTask InitializeAsync() =>
        _host = await ServiceHost.StartAsync(_folder.Path, builder => builder.AddRegistry(), app => app.MapRegistry(), await ConfigurationAsync());

    private protected RegistryService.RegistryServiceClient Client => new(_host.Grpc);

    [Fact]
    public async Task RegisteringAgainReturnsTheSameVersionAndMovesNothing()
    {
        var first = await Client.RegisterModelAsync(Request('a'));
        Assert.Equal((1, "candidate"), (first.Version, Assert.Single(first.Aliases)));
        Assert.Equal(first, await Client.RegisterModelAsync(Request('a')));
        var second = await Client.RegisterModelAsync(Request('b'));
        Assert.Equal(2, second.Version);
        Assert.Empty((await Client.RegisterModelAsync(Request('a'))).Aliases);
        Assert.Equal(2, (await Client.GetAliasAsync(new GetAliasRequest { Model = "bot", Alias = "candidate" })).Version);
    }

    [Fact]
    public async Task ManyRegistrationsAtOnceCountWithoutGapsOrDoubles()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i => await Client.RegisterModelAsync(Request((char)('a' + (i % 4))))));
        Assert.Equal([1, 2, 3, 4], versions.Select(version => version.Version).Distinct().Order());
        Assert.Equal([4, 3, 2, 1], (await Client.ListModelVersionsAsync(new ListModelVersionsRequest { Model = "bot" })).Versions.Select(version => version.Version));
    }

    [Fact]
    public async Task ConcurrentAliasMovesFormOneChain()
    {
        for (var digest = 'a'; digest <= 'd'; digest++) await Client.RegisterModelAsync(Request(digest, alias: ""));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async i => await Client.SetAliasAsync(new SetAliasRequest { Model = "bot", Alias = "live", Version = 1 + (i % 4) })));
        var alias = await Client.GetAliasAsync(new GetAliasRequest { Model = "bot", Alias = "live" });
        var history = alias.History.Reverse().ToList();
        Assert.Equal(0, history[0].FromVersion);
        Assert.Equal(alias.Version, history[^1].ToVersion);
        Assert.All(history.Zip(history.Skip(1)), pair => Assert.Equal(pair.First.ToVersion, pair.Second.FromVersion));
        Assert.DoesNotContain(history, move => move.FromVersion == move.ToVersion);
    }

    [Fact]
    public async Task AnAliasNeverPointsToNothing()
    {
        await Refused.AsAsync(StatusCode.NotFound, Client.SetAliasAsync(new SetAliasRequest { Model = "bot", Alias = "live", Version = 1 }));
        await Client.RegisterModelAsync(Request('a'));
        await Refused.AsAsync(StatusCode.NotFound, Client.SetAliasAsync(new SetAliasRequest { Model = "bot", Alias = "live", Version = 2 }));
        Assert.Contains("digits only", await Refused.AsAsync(StatusCode.InvalidArgument, Client.SetAliasAsync(new SetAliasRequest { Model = "bot", Alias = "3", Version = 1 })));
    }

    [Fact]
    public async Task EveryProblemIsNamedAtOnce()
    {
        var message = await Refused.AsAsync(StatusCode.InvalidArgument, Client.RegisterModelAsync(new RegisterModelRequest { Model = "No Name", RunId = "7", Job = "x", Alias = "UP", DatasetDigest = "d" }));
        Assert.All(["model is 'No Name'", "run_id is '7'", "job is 'x'", "alias is 'UP'", "dataset_digest is 'd'", "source.base is missing"], part => Assert.Contains(part, message));
    }

    [Fact]
    public async Task ARegisteredModelIsFoundByAliasVersionAndName()
    {
        await Client.RegisterModelAsync(Request('a'));
        await Client.RegisterModelAsync(Request('b', alias: ""));
        Assert.Equal('a', await CheckpointAsync("registry://bot@candidate"));
        Assert.Equal('b', await CheckpointAsync("registry://bot@2"));
        Assert.Equal('b', await CheckpointAsync("registry://bot"));
        await Refused.AsAsync(StatusCode.NotFound, Client.ResolveModelAsync(new ResolveModelRequest { Uri = "registry://bot@nobody" }));
        await Refused.AsAsync(StatusCode.NotFound, Client.ResolveModelAsync(new ResolveModelRequest { Uri = "registry://bot@9" }));
        await Refused.AsAsync(StatusCode.InvalidArgument, Client.ResolveModelAsync(new ResolveModelRequest { Uri = "registry://bot@a@b" }));
    }

    [Fact]
    public async Task LineageIsBuiltFromEventsOnce()
    {
        await Client.RegisterModelAsync(Request('a'));
        await Client.RegisterModelAsync(Request('a'));
        var lineage = await Eventually.Async(async () => await Client.GetLineageAsync(new GetLineageRequest { RunId = _run }), lineage => lineage.Entries.Count >= 2);
        Assert.Equal(["platform:alias-moved:v1", "platform:model-version-registered:v1"], lineage.Entries.Select(entry => entry.Event).Order());
        Assert.Equal($"registry://bot@1", lineage.Entries.Single(entry => entry.Event.Contains("version")).Artifact.Uri);
        Assert.All(lineage.Entries, entry => Assert.Equal("Register", entry.Stage));
    }

    [Fact]
    public async Task TheSameServiceAnswersJson()
    {
        await Client.RegisterModelAsync(Request('a'));
        var answer = await Host.Http.PutAsJsonAsync("/v1/models/bot/aliases/live", new { version = 1 });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        using var models = JsonDocument.Parse(await Host.Http.GetStringAsync("/v1/models"));
        Assert.Equal(1, models.RootElement.GetProperty("models")[0].GetProperty("aliases").GetProperty("live").GetInt32());
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<char> CheckpointAsync(string uri) => (await Client.ResolveModelAsync(new ResolveModelRequest { Uri = uri })).Model.Adapters.Single().Sha256[0];

    private RegisterModelRequest Request(char digest, string alias = "candidate") => new()
    {
        Model = "bot",
        RunId = _run,
        Job = "team/bot",
        Alias = alias,
        Source = new ModelSource
        {
            Uri = "registry://base@latest",
            Base = new Artifact { Uri = "s3://platform/models/x/", Sha256 = new string('0', 64) },
            Adapters = { new Artifact { Uri = "s3://platform/runs/1/train/adapter/", Sha256 = new string(digest, 64) } },
        },
        DatasetDigest = new string('e', 64),
    };
}
