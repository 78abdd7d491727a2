using Platform.Data.Collation;

namespace Platform.Data.Tests.Collation;

public sealed class CollatorTests
{
    [Fact]
    public void RowsArePaddedAtTheRightToTheLongest()
    {
        var batch = new PaddingCollator(new()).Collate([Rows.Of(3), Rows.Of(1, 20)]);
        Assert.Equal((2, 3), (batch.Rows, batch.Length));
        Assert.Equal([10, 11, 12, 20, 0, 0], batch.InputIds);
        Assert.Equal([-100, 11, 12, -100, -100, -100], batch.Labels);
        Assert.Equal([1, 1, 1, 1, 0, 0], batch.AttentionMask);
        Assert.Equal([(0, 11), (1, 12)], batch.Predictions);
    }

    [Fact]
    public void RowsPaddedAtTheLeftCountTheirPositionsFromTheirFirstToken()
    {
        var batch = new PaddingCollator(new() { Left = true, TokenId = 7 }).Collate([Rows.Of(3), Rows.Of(1, 20)]);
        Assert.Equal([10, 11, 12, 7, 7, 20], batch.InputIds);
        Assert.Equal([0, 1, 2, 0, 0, 0], batch.PositionIds);
        Assert.Equal([1, 1, 1, 0, 0, 1], batch.AttentionMask);
    }

    [Theory]
    [InlineData(8, 0, 8)]
    [InlineData(1, 5, 5)]
    [InlineData(4, 5, 8)]
    public void TheLengthIsRoundedUpAndAtLeastTheOneAskedFor(int multipleOf, int length, int expected) =>
        Assert.Equal(expected, new PaddingCollator(new() { MultipleOf = multipleOf, Length = length }).Collate([Rows.Of(3)]).Length);

    [Fact]
    public void SequencesOfAPackedRowKeepTheirPositionsAndDoNotPredictEachOther()
    {
        var second = new SupervisedExample([20, 21], [20, 21]);
        var batch = new PaddingCollator(new()).Collate([SupervisedExample.Packed([Rows.Of(3), second])]);
        Assert.Equal([0, 1, 2, 0, 1], batch.PositionIds);
        Assert.Equal([0, 0, 0, 1, 1], batch.SequenceIds);
        Assert.Equal([-100, 11, 12, -100, 21], batch.Labels);
        Assert.Equal([(0, 11), (1, 12), (3, 21)], batch.Predictions);
    }

    [Fact]
    public void FlattenedRowsNeedNoPaddingAndTellWhereTheyBegin()
    {
        var batch = new FlatteningCollator().Collate([Rows.Of(3), Rows.Of(1, 20), Rows.Of(2, 30)]);
        Assert.Equal((1, 6), (batch.Rows, batch.Length));
        Assert.Equal([0, 3, 4, 6], batch.SequenceStarts);
        Assert.DoesNotContain(0, batch.AttentionMask);
    }

    [Fact]
    public void OfAnEncoderDecoderModelInputsAndLabelsHaveLengthsOfTheirOwn()
    {
        var batch = new Seq2SeqCollator(new() { TokenId = 1 }) { DecoderStartTokenId = 9 }.Collate([new([5, 6, 7], [8]), new([5], [3, 4])]);
        Assert.Equal((3, 2), (batch.InputLength, batch.LabelLength));
        Assert.Equal([8, -100, 3, 4], batch.Labels);
        Assert.Equal([9, 8, 9, 3], batch.DecoderInputIds!);
    }

    [Fact]
    public void WhatPadsIsNotLearnedWhereverItStands() =>
        Assert.Equal([5, -100, 6, -100], new LanguageModelingCollator(new() { TokenId = 2 }).Collate([[5, 2, 6, 2]]).Labels);

    [Fact]
    public void LabelsOfAnotherLengthAreRefused() => Assert.Throws<ArgumentException>(() => new SupervisedExample([1, 2], [1]));

    [Fact]
    public void SequencesOfAnotherLengthAreRefused() => Assert.Throws<ArgumentException>(() => new SupervisedExample([1, 2], [1, 2], [1]));

    [Fact]
    public void ABatchOfNothingIsRefused() => Assert.Throws<ArgumentException>(() => new PaddingCollator(new()).Collate([]));

    [Theory]
    [InlineData(false, 10)]
    [InlineData(true, 12)]
    public void ARowIsCutAtEitherEnd(bool keepEnd, int first)
    {
        var cut = Rows.Of(5).Truncate(3, keepEnd);
        Assert.Equal([first, first + 1, first + 2], cut.InputIds);
        Assert.Equal(Rows.Of(5).Labels.Skip(keepEnd ? 2 : 0).Take(3), cut.Labels);
    }
}
