namespace Platform.Kubernetes.Runtime.Tests;

internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Ends when the condition holds; fails with its text after a while.</summary>
    public static async Task HoldsAsync(Func<bool> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Deadline) Assert.Fail($"Not within {Deadline}: {text}");
            await Task.Delay(5);
        }
    }
}
