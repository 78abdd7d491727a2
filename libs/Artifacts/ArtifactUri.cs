using System.Diagnostics.CodeAnalysis;

namespace Platform.Artifacts;

/// <summary>
/// The place of a file, or of a folder when it ends with '/', in the object store: <c>s3://bucket/key</c>. The folder
/// store of one machine uses the same notation.
/// </summary>
public readonly record struct ArtifactUri
{
    private const string Scheme = "s3://";

    private ArtifactUri(string bucket, string key) => (Bucket, Key) = (bucket, key);

    public string Bucket { get; }
    public string Key { get; }
    public bool IsFolder => Key.Length == 0 || Key.EndsWith('/');

    /// <exception cref="FormatException"><paramref name="text"/> is not of the form <c>s3://bucket/key</c>.</exception>
    public static ArtifactUri Parse(string text) => TryParse(text, out var uri, out var problem) ? uri : throw new FormatException(problem);

    public static bool TryParse(string? text, out ArtifactUri uri, [NotNullWhen(false)] out string? problem)
    {
        uri = default;
        problem = Problem(text);
        if (problem is not null) return false;
        var rest = text!.AsSpan(Scheme.Length);
        var slash = rest.IndexOf('/');
        uri = slash < 0 ? new(rest.ToString(), "") : new(rest[..slash].ToString(), rest[(slash + 1)..].ToString());
        return true;
    }

    /// <summary>The file or folder named <paramref name="relativePath"/> inside this folder.</summary>
    public ArtifactUri Combine(string relativePath) => IsFolder
        ? Parse(ToString() + relativePath)
        : throw new InvalidOperationException($"{this} is a file; only a folder, whose name ends with '/', contains other artifacts.");

    public override string ToString() => $"{Scheme}{Bucket}/{Key}";

    private static string? Problem(string? text)
    {
        if (text is null || !text.StartsWith(Scheme, StringComparison.Ordinal)) return $"'{text}' is not an artifact: it must look like s3://bucket/key.";
        var rest = text[Scheme.Length..];
        var bucket = rest.Split('/', 2)[0];
        if (bucket.Length is < 3 or > 63 || !bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.') || !char.IsAsciiLetterOrDigit(bucket[0]))
            return $"'{text}' names the bucket '{bucket}': a bucket has 3 to 63 lower-case letters, digits, '-' and '.', and begins with a letter or digit.";
        var key = rest.Length > bucket.Length ? rest[(bucket.Length + 1)..] : "";
        var segments = key.TrimEnd('/').Split('/');
        if (key.Length > 0 && segments.Any(segment => segment is "" or "." or "..")) return $"'{text}' has an empty, '.' or '..' segment in its key.";
        return key.Any(char.IsControl) || key.Contains('\\') ? $"'{text}' has a control character or a backslash in its key." : null;
    }
}
