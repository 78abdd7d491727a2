using CsCheck;
using Platform.Data.Collation;

namespace Platform.Data.Tests.Collation;

public sealed class PackingTests
{
    private static readonly Gen<(int[] Lengths, int Room)> Datasets = Gen.Select(Gen.Int[0, 40].Array[0, 60], Gen.Int[1, 30]);

    [Theory]
    [InlineData("bestfit-split")]
    [InlineData("wrapped")]
    public void NoTokenIsLostOrTakenTwiceAndNoRowIsTooLong(string packing) => Datasets.Sample(item =>
    {
        var packed = PackingCatalog.Get(packing)!.Pack(item.Lengths, item.Room);
        var tokens = packed.SelectMany(row => row).SelectMany(piece => Enumerable.Range(piece.Start, piece.Length).Select(token => (piece.Row, token)));
        Assert.Equal(item.Lengths.SelectMany((length, row) => Enumerable.Range(0, length).Select(token => (row, token))), tokens.Order());
        Assert.All(packed, row => Assert.InRange(row.Sum(piece => piece.Length), 1, item.Room));
    });

    [Theory]
    [InlineData("bestfit")]
    [InlineData("knapsack")]
    public void EveryRowThatFitsIsInOnePackedRowAsAWhole(string packing) => Datasets.Sample(item =>
    {
        var packed = PackingCatalog.Get(packing)!.Pack(item.Lengths, item.Room);
        var whole = packed.SelectMany(row => row).Where(piece => piece.Length == item.Lengths[piece.Row]).Select(piece => piece.Row).Order();
        Assert.Equal(item.Lengths.Index().Where(row => row.Item > 0 && row.Item <= item.Room).Select(row => row.Index), whole);
        Assert.All(packed, row => Assert.InRange(row.Sum(piece => piece.Length), 1, item.Room));
    });

    [Fact]
    public void APackedRowHoldsTheTokensOfItsPieces() => Datasets.Sample(item =>
    {
        var rows = item.Lengths.Select((length, i) => Rows.Of(length, 1000 * (i + 1))).ToList();
        var packed = PackedRows.Of(rows, new WrappedPacking(), item.Room);
        Assert.Equal(rows.SelectMany(row => row.InputIds), packed.SelectMany(row => row.InputIds));
        Assert.Equal(rows.SelectMany(row => row.Labels), packed.SelectMany(row => row.Labels));
    });

    [Fact]
    public void RowsGoLongestFirstIntoTheFullestThatHoldsThem()
    {
        var packed = new BestFitPacking().Pack([3, 7, 2, 2, 5, 1, 6, 4], 8);
        Assert.Equal([[7, 1], [6, 2], [5, 3], [4, 2]], packed.Select(row => row.Select(piece => piece.Length).ToArray()));
    }

    [Fact]
    public void ARowThatIsTooLongLosesItsEndOrIsSplit()
    {
        Assert.Equal([new(0, 0, 8)], Assert.Single(new BestFitPacking().Pack([9], 8)));
        Assert.Equal([[new RowPiece(0, 0, 8)], [new RowPiece(0, 8, 1)]], new BestFitPacking { Splits = true }.Pack([9], 8));
    }

    [Fact]
    public void WrappedRowsKeepTheRestUnlessItIsDropped()
    {
        Assert.Equal([4, 4, 1], new WrappedPacking().Pack([5, 4], 4).Select(Length));
        Assert.Equal([4, 4], new WrappedPacking { DropsRest = true }.Pack([5, 4], 4).Select(Length));
        static int Length(List<RowPiece> row) => row.Sum(piece => piece.Length);
    }

    [Fact]
    public void AKnapsackLeavesOutWhatFitsNoRow() =>
        Assert.Equal([[5, 3], [3]], new KnapsackPacking().Pack([9, 0, 3, 5, 3], 8).Select(row => row.Select(piece => piece.Length).ToArray()));

    [Fact]
    public void WithoutPackingRowsStayAsTheyAre()
    {
        SupervisedExample[] rows = [Rows.Of(3), Rows.Of(4)];
        Assert.Same(rows, PackedRows.Of(rows, PackingCatalog.Get("none"), 8));
    }

    [Fact]
    public void AnUnknownPackingIsRefusedWithTheKnownOnes() =>
        Assert.Contains("bestfit, bestfit-split, knapsack, none, wrapped", Assert.Throws<ArgumentException>(() => PackingCatalog.Get("tight")).Message);
}
