namespace Platform.Architecture.Tests;

public sealed class FilesStayReadable
{
    private const int MostLines = 400;

    /// <summary>Longer files that must shrink; nothing may be added.</summary>
    private static readonly string[] StillTooLong = [];

    private static readonly string[] BannedEndings = ["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Info", "Base"];

    private static IEnumerable<string> Sources => SourceTree.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && !file.Contains("/Migrations/", StringComparison.Ordinal));

    [Fact]
    public void NoFileIsLongerThanFourHundredLines() =>
        Assert.Empty(from file in Sources.Except(StillTooLong)
                     let lines = SourceTree.Text(file).Count(character => character == '\n')
                     where lines > MostLines
                     select $"{file} has {lines} lines; the limit is {MostLines}.");

    [Fact]
    public void TheListOfLongFilesHoldsNoFileThatIsShortOrGone() =>
        Assert.Empty(from file in StillTooLong
                     where !SourceTree.Files.Contains(file) || SourceTree.Text(file).Count(character => character == '\n') <= MostLines
                     select $"{file} no longer belongs in the list.");

    [Fact]
    public void HalfOfTheFilesAreShorterThanEightyLines()
    {
        var lengths = Sources.Select(file => SourceTree.Text(file).Count(character => character == '\n')).Order().ToList();
        Assert.True(lengths[lengths.Count / 2] < 80, $"The median file has {lengths[lengths.Count / 2]} lines.");
    }

    [Fact]
    public void NoFileIsNamedAfterNothingInParticular() =>
        Assert.Empty(from file in Sources
                     let name = Path.GetFileNameWithoutExtension(file)
                     where BannedEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal))
                     select $"{file}: a name says what the type does; {string.Join(", ", BannedEndings)} say nothing.");

    [Fact]
    public void NoTodoIsLeftBehind() =>
        Assert.Empty(from file in Sources
                     where !file.EndsWith("FilesStayReadable.cs", StringComparison.Ordinal)
                     from line in SourceTree.Text(file).Split('\n')
                     where line.Contains("// TODO", StringComparison.OrdinalIgnoreCase) || line.Contains("NotImplementedException", StringComparison.Ordinal)
                     select $"{file}: {line.Trim()}");
}
