using Platform.Data.Collation;

namespace Platform.Data.Tests.Collation;

public sealed class CollationTests
{
    private static SupervisedExample Example(int length, int first = 10) =>
        new([.. Enumerable.Range(first, length)], [.. Enumerable.Range(first, length).Select((id, i) => i == 0 ? SupervisedExample.IgnoredLabel : id)]);

    [Fact]
    public void RowsArePaddedAtTheRightToTheLongest()
    {
        var batch = new PaddingCollator(padTokenId: 0).Collate([Example(3), Example(1, 20)]);
        Assert.Equal((2, 3), (batch.Rows, batch.Length));
        Assert.Equal([10, 11, 12, 20, 0, 0], batch.InputIds);
        Assert.Equal([-100, 11, 12, -100, -100, -100], batch.Labels);
        Assert.Equal([1, 1, 1, 1, 0, 0], batch.AttentionMask);
        Assert.Equal(2, batch.SupervisedTokens);
    }

    [Fact]
    public void TheLengthIsRoundedUp() => Assert.Equal(8, new PaddingCollator(0, multipleOf: 8).Collate([Example(3)]).Length);

    [Fact]
    public void PackedExamplesKeepTheirPositionsAndDoNotPredictEachOther()
    {
        var second = new SupervisedExample([20, 21], [20, 21]);
        var batch = new PaddingCollator(0).Collate([[Example(3), second]]);
        Assert.Equal([0, 1, 2, 0, 1], batch.PositionIds);
        Assert.Equal([0, 0, 0, 1, 1], batch.SequenceIds);
        Assert.Equal([-100, 11, 12, -100, 21], batch.Labels);
    }

    [Fact]
    public void PackingLosesNoExampleAndFillsRows()
    {
        var lengths = new[] { 3, 7, 2, 2, 5, 1, 6, 4 };
        var rows = BestFitPacking.Pack([.. lengths.Select((length, i) => Example(length, 100 * i))], 8);
        Assert.Equal(lengths.Order(), rows.SelectMany(row => row).Select(example => example.Length).Order());
        Assert.Equal([[7, 1], [6, 2], [5, 3], [4, 2]], rows.Select(row => row.Select(example => example.Length).ToArray()));
    }

    [Fact]
    public void AnExampleLongerThanARowIsRefused() => Assert.Throws<ArgumentException>(() => BestFitPacking.Pack([Example(9)], 8));

    [Fact]
    public void LabelsOfAnotherLengthAreRefused() => Assert.Throws<ArgumentException>(() => new SupervisedExample([1, 2], [1]));

    [Fact]
    public void SplittingKeepsEveryTokenAndItsLabel()
    {
        var pieces = Example(7).Split(3).ToList();
        Assert.Equal([3, 3, 1], pieces.Select(piece => piece.Length));
        var joined = SupervisedExample.Joined(pieces);
        Assert.Equal(Example(7).InputIds, joined.InputIds);
        Assert.Equal(Example(7).Labels, joined.Labels);
        Assert.Empty(new SupervisedExample([], []).Split(3));
    }

    [Fact]
    public void WrappedRowsKeepTheRestUnlessItIsDropped()
    {
        Assert.Equal([4, 4, 1], WrappedPacking.Pack([Example(5), Example(4)], 4).Select(row => row.Length));
        Assert.Equal([4, 4], WrappedPacking.Pack([Example(5), Example(4)], 4, dropRest: true).Select(row => row.Length));
    }

    [Fact]
    public void AKnapsackLeavesOutWhatFitsNoRow()
    {
        var rows = KnapsackPacking.Pack([Example(9), Example(0), Example(3), Example(5), Example(3)], 8);
        Assert.Equal([[5, 3], [3]], rows.Select(row => row.Select(example => example.Length).ToArray()));
    }

    [Fact]
    public void PackingLeavesEmptyExamplesOut() => Assert.Equal(2, Assert.Single(BestFitPacking.Pack([Example(0), Example(2)], 4)).Single().Length);
}
