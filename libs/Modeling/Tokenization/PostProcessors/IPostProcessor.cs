namespace Platform.Modeling.Tokenization.PostProcessors;

/// <summary>Puts special tokens around and between the encoded texts.</summary>
internal interface IPostProcessor
{
    /// <summary>Tokens that it adds to one text, or to a pair.</summary>
    int AddedTokens(bool pair);

    /// <summary>One part per text and per special token, in the final order; a text's part keeps its overflow.</summary>
    List<Encoding> Process(List<Encoding> parts, bool addSpecialTokens);
}
