using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Platform.Artifacts;
using Platform.Contracts.Datasets.V1;
using Platform.Data;
using Platform.Data.Formats;
using Platform.Data.Statistics;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Hosting.Sources;
using Platform.Protos.Datasets.V1;
using Artifact = Platform.Protos.Artifacts.V1.Artifact;

namespace Platform.Datasets.Api;

/// <summary>Reads a dataset once, checks every row, splits it and pins the result under its digest.</summary>
internal sealed class ResolveDataset(SourceFiles sources, IArtifactStore store, Transactions<DatasetsDbContext> transactions, TimeProvider time)
{
    public async Task<ResolveDatasetResponse> RunAsync(ResolveDatasetRequest request, CancellationToken cancellation)
    {
        var problems = new Problems();
        var runId = problems.RequireRunId(request.RunId);
        var source = sources.Problem(request.Uri, "uri");
        problems.Require(source is null, source ?? "");
        RequestedRows.Check(request, problems);
        problems.Require(RowFormats.TryGet(request.Format, out var format), $"format is '{request.Format}'; it must be one of {string.Join(", ", RowFormats.Names)}.");
        problems.Require(request.ValidationShare is >= 0 and < 1, $"validation_share is {request.ValidationShare}; it must lie in 0 <= x < 1, 0 keeping every row for training.");
        problems.Refuse();

        using var scratch = new ScratchFolder();
        var content = await RequestedRows.OpenAsync(request, sources, cancellation);
        var split = new DatasetSplit(request.ValidationShare, request.Seed);
        var rows = await CheckedRows.ReadAsync(content, format!, RequestedRows.FilterOf(request), split, scratch, cancellation);
        return rows.Refusal is { } message
            ? new ResolveDatasetResponse { Rejection = await RejectAsync(runId, request, rows.Report, message, cancellation) }
            : new ResolveDatasetResponse { Dataset = await PinAsync(runId, request, rows, cancellation) };
    }

    private async Task<Dataset> PinAsync(Guid runId, ResolveDatasetRequest request, CheckedRows rows, CancellationToken cancellation)
    {
        var folder = ArtifactUri.Parse($"s3://platform/datasets/{rows.Digest}/");
        var dataset = new Dataset
        {
            Digest = rows.Digest,
            SourceUri = request.Uri,
            Format = request.Format,
            Train = await StoreAsync(rows.TrainFile, folder.Combine("train.jsonl"), cancellation),
            TrainRows = rows.TrainRows,
            Validation = rows.ValidationRows > 0 ? await StoreAsync(rows.ValidationFile, folder.Combine("validation.jsonl"), cancellation) : null,
            ValidationRows = rows.ValidationRows,
            CreateTime = time.Now().ToTimestamp(),
            LabelNames = { rows.Labels },
            Statistics = StatisticsOf(rows.Statistics, rows.Labels),
        };
        return await transactions.RunAsync(
            async database =>
            {
                var row = await database.Datasets.SingleOrDefaultAsync(row => row.Digest == dataset.Digest, cancellation);
                if (row is null) database.Datasets.Add(row = new DatasetRow { Digest = dataset.Digest, Document = ProtoJson.Write(dataset), CreateTime = dataset.CreateTime.ToDateTimeOffset() });
                await database.TellAsync(Resolved(runId, dataset), cancellation);
                return ProtoJson.Read<Dataset>(row.Document)!;
            },
            cancellation);
    }

    private static DatasetStatistics StatisticsOf(RowStatistics statistics, IEnumerable<string> labels) => new()
    {
        Characters = statistics.Lengths.Total,
        LongestCharacters = statistics.Lengths.Longest,
        Lengths = { statistics.Lengths.Classes.Select(one => new LengthClass { UpToCharacters = one.UpTo, Rows = one.Rows }) },
        Duplicates = statistics.Duplicates,
        EmptyFields = { statistics.EmptyFields.ToDictionary() },
        LabelCounts = { labels.ToDictionary(label => label, label => statistics.LabelCounts[label]) },
    };

    private async Task<DatasetRejection> RejectAsync(Guid runId, ResolveDatasetRequest request, RowReadReport report, string message, CancellationToken cancellation)
    {
        var rejection = new DatasetRejection
        {
            Rows = report.Rows,
            BadRows = report.BadRows,
            Problems = { report.Problems.Select(problem => new Protos.Datasets.V1.RowProblem { Line = problem.Line, Reason = problem.Reason }) },
            Message = message,
        };
        var rejected = new DatasetRejected
        {
            RunId = runId,
            Key = $"{runId:D}/resolve/{Digest.OfText($"{request.Uri}\n{request.Format}\n{ProtoJson.Write(rejection)}")}",
            OccurredAt = time.Now(),
            SourceUri = request.Uri,
            BadRows = report.BadRows,
            Message = message,
        };
        await transactions.RunAsync(database => database.TellAsync(rejected, cancellation), cancellation);
        return rejection;
    }

    /// <summary>The same digest means the same bytes, so a file that is there is the right one.</summary>
    private async Task<Artifact> StoreAsync(string file, ArtifactUri uri, CancellationToken cancellation)
    {
        await using var content = File.OpenRead(file);
        var sha256 = await Digest.OfStreamAsync(content, cancellation);
        content.Position = 0;
        await store.PutAsync(uri, content, PutCondition.IfAbsent, cancellation);
        return new Artifact { Uri = uri.ToString(), Sha256 = sha256, SizeBytes = new FileInfo(file).Length };
    }

    private static DatasetResolved Resolved(Guid runId, Dataset dataset) => new()
    {
        RunId = runId,
        Key = $"{runId:D}/resolve/{dataset.Digest}",
        OccurredAt = dataset.CreateTime.ToDateTimeOffset(),
        DatasetDigest = dataset.Digest,
        Train = new Uri(dataset.Train.Uri),
        TrainRows = dataset.TrainRows,
        Validation = dataset.Validation is { } validation ? new Uri(validation.Uri) : null,
        ValidationRows = dataset.Validation is null ? null : dataset.ValidationRows,
    };
}
