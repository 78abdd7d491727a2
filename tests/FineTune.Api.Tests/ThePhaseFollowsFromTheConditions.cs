using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Api.Tests;

public sealed class ThePhaseFollowsFromTheConditions
{
    [Theory]
    [InlineData("Pending", "")]
    [InlineData("Resolving", "Succeeded=Unknown")]
    [InlineData("Resolving", "DatasetReady=True")]
    [InlineData("Training", "DatasetReady=True ModelReady=True")]
    [InlineData("Quantizing", "DatasetReady=True ModelReady=True Trained=True")]
    [InlineData("Evaluating", "DatasetReady=True ModelReady=True Trained=True Quantized=True")]
    [InlineData("Registering", "DatasetReady=True ModelReady=True Trained=True Quantized=True Evaluated=True")]
    [InlineData("Suspended", "DatasetReady=True ModelReady=True Suspended=True")]
    [InlineData("Failed", "Succeeded=False Stalled=True Trained=False")]
    [InlineData("Succeeded", "Succeeded=True Registered=True")]
    public void OneWordForEveryState(string phase, string conditions) =>
        Assert.Equal(phase, JobPhases.Of([.. conditions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)]));

    private static Condition Parse(string text) => new()
    {
        Type = text.Split('=')[0],
        Status = text.Split('=')[1],
        LastTransitionTime = DateTime.UnixEpoch,
        Reason = "Test",
        Message = "",
    };
}
