namespace Platform.Modeling.Tokenization.PostProcessors;

/// <summary>One after the other.</summary>
internal sealed class SequenceProcessor(IReadOnlyList<IPostProcessor> processors) : IPostProcessor
{
    public int AddedTokens(bool pair) => processors.Sum(processor => processor.AddedTokens(pair));

    public List<Encoding> Process(List<Encoding> parts, bool addSpecialTokens) =>
        processors.Aggregate(parts, (current, processor) => processor.Process(current, addSpecialTokens));
}
