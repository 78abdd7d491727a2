using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Artifacts;
using Platform.Protos.Datasets.V1;
using Platform.ServiceTesting;
using Platform.Testing.Servers;

namespace Platform.Datasets.Api.Tests;

/// <summary>What the datasets service promises, on every database and store.</summary>
public abstract class DatasetsApiContract : IAsyncLifetime
{
    private const string GoodRow = """{"prompt": "a", "completion": "b"}""";
    private readonly TestFolder _folder = new();
    private readonly string _run = Guid.NewGuid().ToString("D");
    private ServiceHost _host = null!;

    protected abstract Task<Dictionary<string, string?>> ConfigurationAsync();

    public async ValueTask InitializeAsync() =>
        _host = await ServiceHost.StartAsync(_folder.Path, builder => builder.AddDatasets(), app => app.MapDatasets(), await ConfigurationAsync());

    private DatasetsService.DatasetsServiceClient Client => new(_host.Grpc);

    private IArtifactStore Store => _host.Services.GetRequiredService<IArtifactStore>();

    [Fact]
    public async Task GoodRowsAreSplitStoredAndPinned()
    {
        var dataset = (await ResolveAsync(File(Rows(10)), 0.2)).Dataset;
        Assert.Equal((8, 2), (dataset.TrainRows, dataset.ValidationRows));
        var train = await LinesAsync(dataset.Train);
        var validation = await LinesAsync(dataset.Validation);
        Assert.Equal(Rows(10).Order(), train.Concat(validation).Select(Spaced).Order());
        Assert.StartsWith($"s3://platform/datasets/{dataset.Digest}/", dataset.Train.Uri);
        Assert.Equal(dataset, await Client.GetDatasetAsync(new GetDatasetRequest { Digest = dataset.Digest }));
    }

    [Fact]
    public async Task TheSameContentIsTheSameDataset()
    {
        var first = (await ResolveAsync(File(Rows(5)), 0.2)).Dataset;
        var again = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ResolveAsync(File([.. Rows(5).Select(row => row.Replace(": ", ":   "))]), 0.2)));
        Assert.All(again, response => Assert.Equal(first, response.Dataset));
        Assert.NotEqual(first.Digest, (await ResolveAsync(File(Rows(6)), 0.2)).Dataset.Digest);
        Assert.NotEqual(first.Digest, (await ResolveAsync(File(Rows(5)), 0.4)).Dataset.Digest);
    }

    [Fact]
    public async Task WithoutAShareNothingIsHeldBack()
    {
        var dataset = (await ResolveAsync(File(Rows(3)), 0)).Dataset;
        Assert.Equal((3, 0), (dataset.TrainRows, dataset.ValidationRows));
        Assert.Null(dataset.Validation);
    }

    [Fact]
    public async Task BrokenRowsAreAnAnswerWithTheFirstTwentyLines()
    {
        string[] lines = [.. Rows(2), "not json", """{"prompt": "a"}""", .. Enumerable.Repeat("[]", 30)];
        var rejection = (await ResolveAsync(File(lines), 0)).Rejection;
        Assert.Equal((34, 32), (rejection.Rows, rejection.BadRows));
        Assert.Equal(Enumerable.Range(3, 20).Select(line => (long)line), rejection.Problems.Select(problem => problem.Line));
        Assert.Contains("completion", rejection.Problems[1].Reason);
        Assert.Contains("32 of 34 rows", rejection.Message);
        Assert.Empty((await Client.ListDatasetsAsync(new ListDatasetsRequest())).Datasets);
    }

    [Fact]
    public async Task NoRowsAndOnlyEqualRowsAreRejected()
    {
        Assert.Contains("no rows", (await ResolveAsync(File([]), 0)).Rejection.Message);
        Assert.Contains("all 3 rows are the same", (await ResolveAsync(File([GoodRow, GoodRow, GoodRow]), 0.3)).Rejection.Message);
    }

    [Fact]
    public async Task AnObjectInTheStoreIsRead()
    {
        var uri = ArtifactUri.Parse($"s3://data/{_run}.jsonl");
        await Store.PutAsync(uri, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Rows(4)))), PutCondition.Overwrite, CancellationToken.None);
        Assert.Equal(4, (await ResolveAsync(uri.ToString(), 0)).Dataset.TrainRows);
    }

    [Fact]
    public async Task EveryProblemIsNamedAtOnce()
    {
        var message = await Refused.AsAsync(StatusCode.InvalidArgument, Client.ResolveDatasetAsync(new ResolveDatasetRequest { RunId = "7", Uri = "ftp://x", Format = "csv", ValidationShare = 1 }));
        Assert.Contains("run_id is '7'", message);
        Assert.Contains("uri: 'ftp://x'", message);
        Assert.Contains("format is 'csv'; it must be one of alpaca, audio, chat, classification, ", message);
        Assert.Contains("validation_share is 1; it must lie in 0 <= x < 1", message);
        await Refused.AsAsync(StatusCode.InvalidArgument, Client.ResolveDatasetAsync(Request("s3://data/x", double.NaN)));
    }

    [Theory]
    [InlineData("file:nothing.jsonl")]
    [InlineData("s3://data/nothing.jsonl")]
    [InlineData("s3://no-such-bucket/nothing.jsonl")]
    [InlineData("s3://data/folder/")]
    [InlineData("file:.")]
    public async Task WhatIsNotThereIsNotFound(string uri) => await Refused.AsAsync(StatusCode.NotFound, Client.ResolveDatasetAsync(Request(uri, 0)));

    [Theory]
    [InlineData("file:../outside.jsonl")]
    [InlineData("file:a/../../outside.jsonl")]
    public async Task ARelativePathStaysInThePlatformsFolder(string uri) =>
        Assert.Contains("leads out of the platform's folder", await Refused.AsAsync(StatusCode.InvalidArgument, Client.ResolveDatasetAsync(Request(uri, 0))));

    [Fact]
    public async Task AnyKindOfFileWithTheSameRowsIsTheSameDataset()
    {
        var first = (await ResolveAsync(File(Rows(6)), 0.5)).Dataset;
        var csv = "answer,question\n" + string.Concat(Enumerable.Range(0, 6).Select(i => $"answer {i},question {i}\n"));
        var request = Request(File(csv, "csv"), 0.5);
        request.Columns.Add(new Dictionary<string, string> { ["prompt"] = "question", ["completion"] = "answer" });
        Assert.Equal(first, (await Client.ResolveDatasetAsync(request)).Dataset);
        Assert.Equal(first, (await ResolveAsync(File($"[{string.Join(',', Rows(6))}]", "json"), 0.5)).Dataset);
        _folder.Write("parts/b.csv", csv.Replace("answer,question", "completion,prompt").Replace("answer 0,question 0\n", ""));
        _folder.Write("parts/a.jsonl", Rows(1)[0]);
        Assert.Equal(first, (await ResolveAsync("file:parts/", 0.5)).Dataset);
        Assert.Equal(first, (await ResolveAsync("file:parts", 0.5)).Dataset);
    }

    [Fact]
    public async Task AFolderInTheStoreIsRead()
    {
        foreach (var (name, row) in Rows(2).Index())
            await Store.PutAsync(ArtifactUri.Parse($"s3://data/{_run}/{name}.jsonl"), new MemoryStream(System.Text.Encoding.UTF8.GetBytes(row)), PutCondition.Overwrite, CancellationToken.None);
        Assert.Equal(2, (await ResolveAsync($"s3://data/{_run}/", 0)).Dataset.TrainRows);
    }

    [Fact]
    public async Task LabelsArePinnedForBothHalvesAndCounted()
    {
        var request = Request(File(string.Concat(Enumerable.Range(0, 9).Select(i => $$"""{"text": "t{{i % 8}}", "label": {{(i < 2 ? 10 : 9)}}}""" + "\n")), "jsonl"), 0.3);
        request.Format = "classification";
        var dataset = (await Client.ResolveDatasetAsync(request)).Dataset;
        Assert.Equal(["9", "10"], dataset.LabelNames);
        Assert.Equal((2, 7), (dataset.Statistics.LabelCounts["10"], dataset.Statistics.LabelCounts["9"]));
        Assert.Equal([new LengthClass { UpToCharacters = 16, Rows = 9 }], dataset.Statistics.Lengths);
        Assert.Equal(dataset, await Client.GetDatasetAsync(new GetDatasetRequest { Digest = dataset.Digest }));
    }

    [Fact]
    public async Task TheFilterLeavesOutRowsAndStatisticsTellTheRest()
    {
        var request = Request(File([.. Rows(3), .. Rows(2), """{"prompt": "p", "completion": "c"}""", $$"""{"prompt": "{{new string('x', 90)}}", "completion": "c"}"""]), 0);
        var whole = (await Client.ResolveDatasetAsync(request)).Dataset;
        Assert.Equal((7, 2, 91), (whole.TrainRows, whole.Statistics.Duplicates, whole.Statistics.LongestCharacters));
        Assert.Equal([(16, 1), (32, 5), (128, 1)], whole.Statistics.Lengths.Select(one => (one.UpToCharacters, one.Rows)));
        request.Filter = new RowFilter { MinCharacters = 5, MaxCharacters = 50, DropDuplicates = true };
        var filtered = (await Client.ResolveDatasetAsync(request)).Dataset;
        Assert.Equal((3, 0), (filtered.TrainRows, filtered.Statistics.Duplicates));
        request.Filter.MinCharacters = 200;
        Assert.Contains("max_characters is 50; it must be at least min_characters (200)", await Refused.AsAsync(StatusCode.InvalidArgument, Client.ResolveDatasetAsync(request)));
        request.Filter.MaxCharacters = 0;
        Assert.Contains("The filter left out all 7 rows", (await Client.ResolveDatasetAsync(request)).Rejection.Message);
    }

    [Fact]
    public async Task RecordingsBecomePartOfTheRows()
    {
        _folder.Write("talk/a.wav", "RIFF....WAVEfmt and the rest of it");
        _folder.Write("talk/metadata.csv", "file_name,transcription\na.wav,hello\n");
        var request = Request("file:talk", 0);
        request.Format = "audio";
        var dataset = (await Client.ResolveDatasetAsync(request)).Dataset;
        Assert.Contains("\"text\":\"hello\"", Assert.Single(await LinesAsync(dataset.Train)));
        request.Source = "audio-folder";
        request.Uri = File(Rows(1));
        Assert.Contains("name the folder", await Refused.AsAsync(StatusCode.InvalidArgument, Client.ResolveDatasetAsync(request)));
    }

    [Fact]
    public async Task DamagedFilesAreRejectedWithTheRow()
    {
        var request = Request(File("PAR1 and nothing else", "parquet"), 0);
        var rejection = (await Client.ResolveDatasetAsync(request)).Rejection;
        Assert.Equal((1, 1), (rejection.BadRows, rejection.Problems.Single().Line));
        Assert.Contains("damaged Parquet file", rejection.Problems.Single().Reason);
        request.Source = "xlsx";
        Assert.Contains("source is 'xlsx'; it must be one of arrow, audio-folder", await Refused.AsAsync(StatusCode.InvalidArgument, Client.ResolveDatasetAsync(request)));
    }

    [Fact]
    public async Task TheSameServiceAnswersJson()
    {
        var answer = await _host.Http.PostAsJsonAsync("/v1/datasets:resolve", new { runId = _run, uri = File(Rows(3)), format = "prompt-completion", validationShare = 0 });
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var digest = json.RootElement.GetProperty("dataset").GetProperty("digest").GetString();
        Assert.Equal("3", json.RootElement.GetProperty("dataset").GetProperty("trainRows").GetString());
        Assert.Contains(digest!, await _host.Http.GetStringAsync($"/v1/datasets/{digest}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<ResolveDatasetResponse> ResolveAsync(string uri, double share) => await Client.ResolveDatasetAsync(Request(uri, share));

    private ResolveDatasetRequest Request(string uri, double share) => new() { RunId = _run, Uri = uri, Format = "prompt-completion", ValidationShare = share, Seed = 7 };

    private string File(string[] lines) => File(string.Concat(lines.Select(line => line + "\n")), "jsonl");

    private string File(string content, string extension)
    {
        var name = $"{Guid.NewGuid():N}.{extension}";
        _folder.Write(name, content);
        return $"file:{name}";
    }

    private static string[] Rows(int count) => [.. Enumerable.Range(0, count).Select(i => $$"""{"prompt": "question {{i}}", "completion": "answer {{i}}"}""")];

    private static string Spaced(string canonical) => canonical.Replace("\":\"", "\": \"").Replace("\",\"", "\", \"");

    private async Task<string[]> LinesAsync(Protos.Artifacts.V1.Artifact artifact)
    {
        using var reader = new StreamReader(await Store.OpenReadAsync(ArtifactUri.Parse(artifact.Uri), CancellationToken.None));
        var text = await reader.ReadToEndAsync();
        Assert.Equal((Digest.OfText(text), (long)text.Length), (artifact.Sha256, artifact.SizeBytes));
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

public sealed class DatasetsApiOnSqliteAndAFolder : DatasetsApiContract
{
    protected override Task<Dictionary<string, string?>> ConfigurationAsync() => Task.FromResult(new Dictionary<string, string?>());
}

[Trait("needs", "bucket")]
public sealed class DatasetsApiOnPostgresAndS3(PostgresServer database, S3Server store) : DatasetsApiContract, IClassFixture<PostgresServer>, IClassFixture<S3Server>
{
    protected override async Task<Dictionary<string, string?>> ConfigurationAsync() => new() { ["DATABASE"] = await database.CreateDatabaseAsync(), ["S3"] = store.Address };
}
