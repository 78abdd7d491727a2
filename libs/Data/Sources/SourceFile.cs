namespace Platform.Data.Sources;

/// <summary>A file that rows or recordings are read from.</summary>
/// <param name="Name">With its folder below the dataset's, separated by '/'.</param>
/// <param name="OpenAsync">Opens the content; whoever opens it disposes it.</param>
public sealed record SourceFile(string Name, Func<CancellationToken, Task<Stream>> OpenAsync)
{
    /// <summary>A file of this machine.</summary>
    public static SourceFile Local(string path) => new(Path.GetFileName(path), _ => Task.FromResult<Stream>(File.OpenRead(path)));
}
