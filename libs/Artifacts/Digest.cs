using System.Security.Cryptography;
using System.Text;

namespace Platform.Artifacts;

/// <summary>SHA-256 as 64 lower-case hexadecimal digits, of bytes, texts, files and folders.</summary>
public static class Digest
{
    public static string OfBytes(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The digest of the text's UTF-8 bytes.</summary>
    public static string OfText(string text) => OfBytes(Encoding.UTF8.GetBytes(text));

    public static async Task<string> OfStreamAsync(Stream content, CancellationToken cancellation) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation));

    public static async Task<string> OfFileAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        return await OfStreamAsync(file, cancellation);
    }

    /// <summary>The digest of a folder: of its <c>&lt;sha256&gt;  &lt;path&gt;\n</c> lines, sorted ordinally by path.</summary>
    public static string OfFolder(IEnumerable<FileDigest> files) => OfText(FolderListing.Format(files));

    /// <summary>The digest of a folder on this machine.</summary>
    public static async Task<string> OfFolderAsync(string folder, CancellationToken cancellation) =>
        OfFolder(await FolderListing.ReadAsync(folder, cancellation));

    /// <summary>Whether <paramref name="text"/> is a digest as this class writes it.</summary>
    public static bool IsDigest(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);
}

/// <summary>A file of a folder: its digest and its path inside the folder, with '/' between names.</summary>
public sealed record FileDigest(string Sha256, string Path);
