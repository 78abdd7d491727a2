using Platform.FineTuning.QuestionAnswering;

namespace Platform.FineTuning.Tests.QuestionAnswering;

public sealed class AnswerSearchTests
{
    // CLS, the question, then "ab", "cd", "😀" of the context
    private static readonly QuestionWindow Window = new([1, 5, 6, 7, 8], [0, 0, 1, 1, 1], [1, 1, 1, 1, 1], [null, null, (0, 2), (2, 4), (4, 5)], NoAnswerPosition: 0);

    [Fact]
    public void TheSpanWithTheBestLogitsInTheContextIsFound()
    {
        var found = new AnswerSearch().Find("abcd😀", [(Window, [9, 9, 0, 5, 0], [9, 9, 7, 0, 4])]);
        Assert.Equal("cd😀", found.Text); // the end at "ab" scores higher and lies before the start
        Assert.Equal(1, found.Ranked.Sum(answer => answer.Probability), 12);
        Assert.Null(found.NoneOdds);
    }

    [Fact]
    public void AnAnswerMayNotBeTooLong() => Assert.Equal("😀", new AnswerSearch { MaxLength = 1 }.Find("abcd😀", [(Window, [0, 0, 0, 5, 3], [0, 0, -9, -9, 4])]).Text);

    [Fact]
    public void NoAnswerWinsOnlyAboveTheThreshold()
    {
        (QuestionWindow, float[], float[])[] windows = [(Window, [3, 0, 2, 0, 0], [3, 0, 2, 0, 0])];
        var search = new AnswerSearch { MayHaveNone = true };
        Assert.Equal(("", 2.0), (search.Find("abcd😀", windows).Text, search.Find("abcd😀", windows).NoneOdds));
        Assert.Equal("ab", (search with { NoneThreshold = 2 }).Find("abcd😀", windows).Text);
    }

    [Fact]
    public void OfSeveralWindowsTheLeastSureOfNoneDecides()
    {
        var found = new AnswerSearch { MayHaveNone = true }.Find("abcd😀", [(Window, [9, 0, 2, 0, 0], [9, 0, 2, 0, 0]), (Window, [1, 0, 0, 0, 0], [1, 0, 0, 0, 0])]);
        Assert.Equal(("ab", -2.0), (found.Text, found.NoneOdds));
    }

    [Fact]
    public void MissingLogitsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new AnswerSearch().Find("ab", []));
        Assert.Throws<ArgumentException>(() => new AnswerSearch().Find("ab", [(Window, [1], [1])]));
    }

    [Fact]
    public void AnAnswerThatIsCutOffPointsAtNone()
    {
        Assert.Equal((3, 4), Window.PositionsOf(2, 3));
        Assert.Equal((2, 2), Window.PositionsOf(1, 1));
        Assert.Equal((0, 0), Window.PositionsOf(4, 2));
        Assert.Equal((0, 0), Window.PositionsOf(null, 0));
    }
}
