namespace Platform.Testing;

/// <summary>Where the repository's files are, seen from a running test.</summary>
public static class RepositoryFolder
{
    public static string Root { get; } = Find();

    /// <summary>The golden data: the folder named by PLATFORM_FIXTURES, else <c>tests/fixtures</c>.</summary>
    public static string Fixtures { get; } = Environment.GetEnvironmentVariable("PLATFORM_FIXTURES") is { Length: > 0 } named
        ? Path.GetFullPath(named, Root)
        : Path.Combine(Root, "tests", "fixtures");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Platform.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"No Platform.sln above {AppContext.BaseDirectory}.");
    }
}
