using Platform.Data.Formats;

namespace Platform.Data.Tests.Formats;

public sealed class LabelNamesTests
{
    [Theory]
    [InlineData("10 9 -1 9", "-1 9 10")]   // numbers by value
    [InlineData("b 2 a 10", "2 10 a b")]   // then names
    [InlineData("0.5 1 2", "")]            // amounts are no classes
    [InlineData("0.5 high", "0.5 high")]   // one name is enough to make classes of all
    [InlineData("1e-3 2", "")]
    public void LabelsAreInTheOrderOfTheirIds(string labels, string expected)
    {
        var names = new LabelNames();
        foreach (var label in labels.Split(' ')) names.Add(new ClassificationRow("text", null, label));
        Assert.Equal(expected, string.Join(' ', names.InOrder()));
    }

    [Fact]
    public void LabelsThatSeveralOfStandAtATextAreNeverAmounts()
    {
        var names = new LabelNames();
        names.Add(new MultiLabelRow("text", null, ["0.5", "1"]));
        Assert.Equal(["0.5", "1"], names.InOrder().Order());
    }
}
