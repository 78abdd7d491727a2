using Platform.Data.Sources;
using Platform.Hosting.Grpc;
using Platform.Hosting.Sources;
using Platform.Protos.Datasets.V1;
using RowFilter = Platform.Data.RowFilter;

namespace Platform.Datasets.Api;

/// <summary>What a request says about where rows come from and which of them are wanted.</summary>
internal static class RequestedRows
{
    public static void Check(ResolveDatasetRequest request, Problems problems)
    {
        problems.Require(request.Source.Length == 0 || SourceKinds.Names.Contains(request.Source), $"source is '{request.Source}'; it must be one of {string.Join(", ", SourceKinds.Names)}, or left out to be told by the content.");
        problems.Require(request.Columns.All(column => column.Key.Length > 0 && column.Value.Length > 0), "columns has an empty name; it must name the dataset's column for each field.");
        if (request.Filter is not { } filter) return;
        problems.Require(filter.MinCharacters >= 0, $"filter.min_characters is {filter.MinCharacters}; it must be at least 0.");
        problems.Require(filter.MaxCharacters == 0 || filter.MaxCharacters >= filter.MinCharacters, $"filter.max_characters is {filter.MaxCharacters}; it must be at least min_characters ({filter.MinCharacters}), or 0 for any length.");
    }

    /// <exception cref="global::Grpc.Core.RpcException">NOT_FOUND: there is no such file or folder, or the folder has nothing to read.</exception>
    public static async Task<IRowSource> OpenAsync(ResolveDatasetRequest request, SourceFiles sources, CancellationToken cancellation)
    {
        var kind = request.Source.Length == 0 ? null : request.Source;
        var rows = sources.IsFolder(request.Uri)
            ? RowSources.OfFolder([.. (await sources.ListFolderAsync(request.Uri, cancellation)).Select(file => new SourceFile(file.Path, file.OpenAsync))], kind)
            : OfFile(request.Uri, kind, sources);
        if (rows is null) throw Refusal.NotFound($"{request.Uri} has no files to read rows from; expected {string.Join(", ", SourceKinds.Names)}.");
        return request.Columns.Count == 0 ? rows : new RenamedColumns(rows, request.Columns.ToDictionary());
    }

    public static RowFilter FilterOf(ResolveDatasetRequest request) => request.Filter is { } filter
        ? new RowFilter(filter.MinCharacters, filter.MaxCharacters == 0 ? null : filter.MaxCharacters, filter.DropDuplicates)
        : new RowFilter();

    private static IRowSource OfFile(string uri, string? kind, SourceFiles sources) => kind == SourceKinds.AudioFolder
        ? throw Refusal.InvalidArgument($"source is {kind}, and {uri} is no folder; name the folder that holds the recordings.")
        : RowSources.OfFile(new SourceFile(uri[(uri.LastIndexOf('/') + 1)..], cancellation => sources.OpenFileAsync(uri, cancellation)), kind);
}
