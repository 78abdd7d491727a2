namespace Platform.Modeling.Tokenization.PostProcessors;

/// <summary>Adds nothing; trims offsets if asked.</summary>
internal sealed class ByteLevelProcessor(bool trimOffsets, bool addPrefixSpace) : IPostProcessor
{
    public int AddedTokens(bool pair) => 0;

    public List<Encoding> Process(List<Encoding> parts, bool addSpecialTokens)
    {
        foreach (var part in parts.Where(_ => trimOffsets)) OffsetTrimming.Trim(part, addPrefixSpace);
        return parts;
    }
}
