using Platform.FineTuning.Preference;

namespace Platform.FineTuning.Tests.Preference;

public sealed class PreferenceRowTests
{
    private static readonly PreferenceRow Row = new([1, 2, 3], [4, 5], [6]);

    [Fact]
    public void ChosenRowsComeFirstAndPromptsAreNotLearned()
    {
        var rows = PreferenceRow.Concatenated([Row, new PreferenceRow([7], [8], [9])]);
        Assert.Equal([[1, 2, 3, 4, 5], [7, 8], [1, 2, 3, 6], [7, 9]], rows.Select(row => row.InputIds));
        Assert.Equal([[-100, -100, -100, 4, 5], [-100, 8], [-100, -100, -100, 6], [-100, 9]], rows.Select(row => row.Labels));
    }

    [Fact]
    public void LongRowsLoseTheirEndOrTheirStart()
    {
        Assert.Equal([[1, 2, 3, 4], [1, 2, 3, 6]], PreferenceRow.Concatenated([Row], maxLength: 4).Select(row => row.InputIds));
        Assert.Equal([[2, 3, 4, 5], [1, 2, 3, 6]], PreferenceRow.Concatenated([Row], maxLength: 4, keepEnd: true).Select(row => row.InputIds));
        Assert.True(Row.HasRoomForAnswers(4));
        Assert.False(Row.HasRoomForAnswers(3));
    }
}
