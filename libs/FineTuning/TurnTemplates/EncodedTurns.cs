namespace Platform.FineTuning.TurnTemplates;

/// <summary>A question with what stands before it, and the reply, as token ids.</summary>
public sealed record EncodedTurns(IReadOnlyList<int> Given, IReadOnlyList<int> Reply)
{
    /// <summary>What is left of both within a common length.</summary>
    public EncodedTurns Cut(int length)
    {
        var (given, reply) = CutLengths(Given.Count, Reply.Count, length);
        return new([.. Given.Take(given)], [.. Reply.Take(reply)]);
    }

    /// <summary>
    /// How much of question and reply stays: of the two the longer gives way if the other takes less than half, otherwise both in
    /// proportion. As LLaMA-Factory; differs from it: none.
    /// </summary>
    public static (int Given, int Reply) CutLengths(int given, int reply, int length)
    {
        var room = reply * 2 < length ? length
            : given * 2 < length ? length - given
            : (int)(length * ((double)reply / (given + reply)));
        var kept = Math.Min(room, reply);
        return (Math.Min(Math.Max(length - kept, 0), given), kept);
    }
}
