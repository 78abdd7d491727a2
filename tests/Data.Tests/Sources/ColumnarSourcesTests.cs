using Platform.Data.Sources;

namespace Platform.Data.Tests.Sources;

public sealed class ColumnarSourcesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    public async Task ParquetRowsKeepTheirListsAndStructures(int rowGroup) =>
        Assert.Equal(SomeRow.ThreeAsJson, await SourceRows.OfAsync(RowSources.OfFile(SourceRows.File("x", await SomeRow.ParquetAsync(rowGroup)))));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ArrowRowsKeepTheirListsAndStructures(bool asFile) =>
        Assert.Equal(SomeRow.ThreeAsJson, await SourceRows.OfAsync(RowSources.OfFile(SourceRows.File("x", SomeRow.Arrow(asFile)))));

    [Theory]
    [InlineData("parquet")]
    [InlineData("arrow-file")]
    [InlineData("arrow-stream")]
    public async Task HoweverItIsDamagedAFileGivesRowsOrAProblemAndEnds(string kind)
    {
        var whole = kind == "parquet" ? await SomeRow.ParquetAsync() : SomeRow.Arrow(kind == "arrow-file");
        var random = new Random(7);
        var told = 0;
        for (var round = 0; round < 400; round++)
        {
            var damaged = (byte[])whole.Clone();
            if (round % 4 == 0) damaged = damaged[..random.Next(8, damaged.Length)];
            for (var i = 0; i < 1 + (round % 3); i++) damaged[random.Next(4, damaged.Length)] = (byte)random.Next(256);
            var rows = await SourceRows.OfAsync(RowSources.OfFile(SourceRows.File("x", damaged), kind.Split('-')[0])).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            if (rows.Count > 0 && rows[^1].Contains("! the file is a damaged", StringComparison.Ordinal)) told++;
        }

        Assert.InRange(told, 100, 400);
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("arrow")]
    public async Task AFileOfAnotherKindIsAProblem(string kind) =>
        Assert.StartsWith("1! the file is a damaged", Assert.Single(await SourceRows.OfAsync("x", "no such thing, but some text", kind)), StringComparison.Ordinal);
}
