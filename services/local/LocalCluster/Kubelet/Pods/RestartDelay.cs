namespace Platform.LocalCluster.Kubelet.Pods;

/// <summary>How long a container waits before it is started again: not at all, then 10 s, 20 s … five minutes.</summary>
public static class RestartDelay
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(10);

    public static void Note(ContainerSlot slot, ProcessKubeletOptions options)
    {
        var end = slot.End!;
        if (end.FinishedAt - end.StartedAt >= LongEnough)
        {
            slot.RestartsInARow = 0;  // it was well; this is a new failure
        }

        var delay = slot.RestartsInARow == 0
            ? TimeSpan.Zero
            : TimeSpan.FromTicks((long)Math.Min(
                options.LongestRestartBackOff.Ticks, options.RestartBackOff.Ticks * Math.Pow(2, Math.Min(slot.RestartsInARow - 1, 40))));
        slot.RestartsInARow++;
        slot.NotBefore = end.FinishedAt + delay;
    }
}
