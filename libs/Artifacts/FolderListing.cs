using System.Text;

namespace Platform.Artifacts;

/// <summary>
/// The files of a folder in the notation of sha256sum. Stored as <c>SHA256SUMS</c> after all files of an uploaded folder:
/// it marks the upload as complete, its own SHA-256 is the folder's digest, and it names the file that differs.
/// </summary>
internal static class FolderListing
{
    public const string FileName = "SHA256SUMS";

    public static string Format(IEnumerable<FileDigest> files)
    {
        var text = new StringBuilder();
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
            text.Append(file.Sha256).Append("  ").Append(file.Path).Append('\n');
        return text.ToString();
    }

    /// <exception cref="FormatException">A line is not of the form <c>&lt;sha256&gt;  &lt;path&gt;</c>.</exception>
    public static IReadOnlyList<FileDigest> Parse(string text)
    {
        List<FileDigest> files = [];
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length < 67 || line[64..66] != "  " || !Digest.IsDigest(line[..64])) throw new FormatException($"{FileName} has a line that is not '<sha256>  <path>': '{line}'.");
            files.Add(new FileDigest(line[..64], line[66..]));
        }
        return files;
    }

    public static async Task<IReadOnlyList<FileDigest>> ReadAsync(string folder, CancellationToken cancellation)
    {
        List<FileDigest> files = [];
        foreach (var path in Paths(folder))
            files.Add(new FileDigest(await Digest.OfFileAsync(System.IO.Path.Combine(folder, path), cancellation), path));
        return files;
    }

    /// <summary>Every file's path inside the folder, in ordinal order, without the listing itself.</summary>
    public static IReadOnlyList<string> Paths(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => System.IO.Path.GetRelativePath(folder, path).Replace(System.IO.Path.DirectorySeparatorChar, '/'))
            .Where(path => path != FileName)
            .Order(StringComparer.Ordinal),
    ];
}
