using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Registry.V1;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Hosting.Runs;
using Platform.Protos.Registry.V1;

namespace Platform.Registry.Api;

/// <summary>
/// Adds a version and moves the alias, both or neither. The same run and checkpoint again gives the version that is there and moves nothing:
/// whoever moved the alias since then knew more. A base model that no run made has an empty run_id.
/// </summary>
internal sealed class RegisterModel(Transactions<RegistryDbContext> transactions, TimeProvider time)
{
    public async Task<ModelVersion> RunAsync(RegisterModelRequest request, CancellationToken cancellation)
    {
        var runId = Check(request);
        var checkpoint = (request.Source.Adapters.LastOrDefault() ?? request.Source.Base).Sha256;
        var now = time.Now();
        return await transactions.RunAsync(
            async database =>
            {
                var version = await database.Versions.SingleOrDefaultAsync(row => row.Model == request.Model && row.RunId == runId && row.CheckpointDigest == checkpoint, cancellation);
                if (version is null)
                {
                    version = await AddAsync(database, request, runId, checkpoint, now, cancellation);
                    if (request.Alias.Length > 0) await Aliases.MoveAsync(database, request.Model, request.Alias, version.Version, runId, now, cancellation);
                    await database.SaveChangesAsync(cancellation);
                }
                return await Versions.ToProtoAsync(database, version, cancellation);
            },
            cancellation);
    }

    private static Guid Check(RegisterModelRequest request)
    {
        var problems = new Problems().RequireModel(request.Model);
        var runId = request.RunId.Length > 0 ? problems.RequireRunId(request.RunId) : Guid.Empty;
        if (request.RunId.Length > 0) problems.RequireJob(request.Job);
        if (request.Alias.Length > 0) problems.RequireAlias(request.Alias);
        if (request.DatasetDigest.Length > 0) problems.RequireDigest(request.DatasetDigest, "dataset_digest");
        problems.Require(request.Source?.Base is not null, "source.base is missing; it must be the base model's artifact, as ResolveModel returned it.");
        if (request.Source?.Base is { } model) problems.RequireDigest(model.Sha256, "source.base.sha256");
        for (var i = 0; i < request.Source?.Adapters.Count; i++) problems.RequireDigest(request.Source.Adapters[i].Sha256, $"source.adapters[{i}].sha256");
        problems.Refuse();
        return runId;
    }

    private static async Task<VersionRow> AddAsync(RegistryDbContext database, RegisterModelRequest request, Guid runId, string checkpoint, DateTimeOffset now, CancellationToken cancellation)
    {
        var model = await database.Models.SingleOrDefaultAsync(row => row.Name == request.Model, cancellation);
        if (model is null) database.Models.Add(model = new ModelRow { Name = request.Model });
        model.LatestVersion++;
        var document = new ModelVersion
        {
            Model = request.Model,
            Version = model.LatestVersion,
            RunId = request.RunId,
            Job = request.Job,
            Source = request.Source,
            DatasetDigest = request.DatasetDigest,
            Quantized = { request.Quantized },
            Scorecard = request.Scorecard,
            CreateTime = now.ToTimestamp(),
        };
        var version = new VersionRow { Model = request.Model, Version = model.LatestVersion, RunId = runId, CheckpointDigest = checkpoint, Document = ProtoJson.Write(document), CreateTime = now };
        database.Versions.Add(version);
        await database.TellAsync(
            new ModelVersionRegistered
            {
                RunId = runId,
                Key = $"{runId:D}/register/{request.Model}/{checkpoint}",
                OccurredAt = now,
                Model = request.Model,
                Version = model.LatestVersion,
                ArtifactDigest = checkpoint,
            },
            cancellation);
        return version;
    }
}
