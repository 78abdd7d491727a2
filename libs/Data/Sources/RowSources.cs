namespace Platform.Data.Sources;

/// <summary>Makes one source out of what a dataset's URI names.</summary>
public static class RowSources
{
    /// <summary>One file.</summary>
    /// <param name="kind">One of <see cref="SourceKinds"/>; null: told by content and name.</param>
    public static IRowSource OfFile(SourceFile file, string? kind = null) => new FileRows(file, kind);

    /// <summary>
    /// A folder: WAV files with their transcripts, or files of rows, which are read in the order of their names; files of other
    /// kinds are left out. Null when the folder holds neither.
    /// </summary>
    /// <param name="kind">One of <see cref="SourceKinds"/>: then every file is of that kind. Null: told by content and name.</param>
    public static IRowSource? OfFolder(IReadOnlyList<SourceFile> files, string? kind = null)
    {
        if (kind == SourceKinds.AudioFolder || (kind is null && files.Any(AudioFolderSource.IsRecording))) return AudioFolderSource.Of(files);
        var readable = files.Where(file => !Path.GetFileName(file.Name).StartsWith('.') && (kind is not null || SourceKinds.OfName(file.Name) is not (null or SourceKinds.Text)))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => (file.Name, OfFile(file, kind)))
            .ToList();
        return readable.Count == 0 ? null : new ConcatenatedSource(readable);
    }
}
