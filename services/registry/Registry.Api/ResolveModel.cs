using Microsoft.EntityFrameworkCore;
using Platform.Artifacts;
using Platform.Hosting.Database;
using Platform.Hosting.Grpc;
using Platform.Hosting.Sources;
using Platform.Protos.Artifacts.V1;
using Platform.Protos.Registry.V1;

namespace Platform.Registry.Api;

/// <summary>Pins what a model URI names now. Folders are copied to <c>models/&lt;digest&gt;/</c>, where they never change; the same content is copied once.</summary>
internal sealed class ResolveModel(SourceFiles sources, IArtifactStore store, Transactions<RegistryDbContext> transactions)
{
    private const string RegistryScheme = "registry://";

    public async Task<ResolveModelResponse> RunAsync(ResolveModelRequest request, CancellationToken cancellation)
    {
        if (request.Uri.StartsWith(RegistryScheme, StringComparison.Ordinal)) return new ResolveModelResponse { Model = await LookUpAsync(request.Uri, cancellation) };
        var problem = sources.Problem(request.Uri, "uri");
        new Problems().Require(problem is null, $"{problem} A registered model is registry://name@alias.").Refuse();
        return new ResolveModelResponse { Model = await ImportAsync(request.Uri, cancellation) };
    }

    private async Task<ModelSource> ImportAsync(string uri, CancellationToken cancellation)
    {
        var files = ModelFolder.Select(await sources.ListFolderAsync(uri, cancellation));
        if (files.Count == 0) throw Refusal.NotFound($"There is no model at {uri}: the folder is empty or not there.");
        var missing = await ModelFolder.ProblemsAsync(files, cancellation);
        if (missing.Count > 0) throw Refusal.FailedPrecondition($"{uri} is not a model folder: {string.Join(" ", missing)}");
        var folder = await ArtifactImport.RunAsync(store, files, digest => ArtifactUri.Parse($"s3://platform/models/{digest}/"), cancellation);
        return new ModelSource { Uri = uri, Base = new Artifact { Uri = folder.Uri.ToString(), Sha256 = folder.Sha256, SizeBytes = folder.SizeBytes } };
    }

    /// <summary><c>registry://name@alias</c>, <c>registry://name@3</c>, or <c>registry://name</c> for the latest version.</summary>
    private async Task<ModelSource> LookUpAsync(string uri, CancellationToken cancellation)
    {
        var parts = uri[RegistryScheme.Length..].Split('@');
        var name = parts[0];
        var at = parts.Length == 2 ? parts[1] : null;
        var isVersion = int.TryParse(at, System.Globalization.NumberStyles.None, null, out var number);
        var problems = new Problems().Require(parts.Length <= 2, $"uri is '{uri}'; it must look like registry://name@alias or registry://name@version.").RequireModel(name);
        if (at is not null && !isVersion) problems.RequireAlias(at);
        problems.Refuse();
        var source = await transactions.ReadAsync(
            async database =>
            {
                var version = isVersion ? number : await VersionAsync(database, name, at, cancellation);
                return (await Versions.RequireAsync(database, name, version, cancellation)).ToProto([]).Source;
            },
            cancellation);
        source.Uri = uri;
        return source;
    }

    private static async Task<int> VersionAsync(RegistryDbContext database, string name, string? alias, CancellationToken cancellation) => alias is null
        ? (await database.Models.SingleOrDefaultAsync(row => row.Name == name, cancellation))?.LatestVersion ?? throw Refusal.NotFound($"There is no model '{name}'.")
        : (await database.Aliases.SingleOrDefaultAsync(row => row.Model == name && row.Alias == alias, cancellation))?.Version ?? throw Refusal.NotFound($"The model '{name}' has no alias '{alias}'.");
}
