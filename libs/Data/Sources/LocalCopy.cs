namespace Platform.Data.Sources;

/// <summary>A file of this machine with a stream's content, for readers that jump about in it; gone when it is closed.</summary>
internal static class LocalCopy
{
    public static async Task<FileStream> OfAsync(Stream content, CancellationToken cancellation)
    {
        var path = Path.Combine(Path.GetTempPath(), $"platform-rows-{Guid.NewGuid():N}");
        var copy = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
        try
        {
            await content.CopyToAsync(copy, cancellation);
            copy.Position = 0;
            return copy;
        }
        catch
        {
            await copy.DisposeAsync();
            throw;
        }
    }
}
