namespace Platform.Modeling.Tokenization.Decoders;

/// <summary>Turns tokens back into the pieces of a text; the text is the pieces one behind the other.</summary>
internal interface IDecoder
{
    List<string> Decode(List<string> tokens);
}
