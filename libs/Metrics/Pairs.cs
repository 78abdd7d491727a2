namespace Platform.Metrics;

/// <summary>What holds for every metric of pairs.</summary>
internal static class Pairs
{
    public static void Check(int predictions, int references)
    {
        if (predictions != references) throw new ArgumentException($"there are {predictions} predictions and {references} references; expected as many of each.");
        if (predictions == 0) throw new ArgumentException("there are no predictions; a metric of nothing has no value.");
    }
}
