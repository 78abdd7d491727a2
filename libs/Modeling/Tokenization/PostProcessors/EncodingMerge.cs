namespace Platform.Modeling.Tokenization.PostProcessors;

/// <summary>Joins the parts of an encoding; each window of overflow gets the same surroundings as the first.</summary>
internal static class EncodingMerge
{
    public static Encoding Merge(IEnumerable<Encoding> parts)
    {
        Encoding? merged = null;
        foreach (var part in parts) merged = merged is null ? part : Join(merged, part);
        return merged ?? new Encoding();
    }

    private static Encoding Join(Encoding first, Encoding second)
    {
        var whole = Encoding.Concat([first, second]);
        foreach (var overflow in first.Overflowing)
        {
            whole.Overflowing.Add(Encoding.Concat([overflow, second]));
            whole.Overflowing.AddRange(second.Overflowing.Select(other => Encoding.Concat([overflow, other])));
        }

        whole.Overflowing.AddRange(second.Overflowing.Select(other => Encoding.Concat([first, other])));
        return whole;
    }
}
