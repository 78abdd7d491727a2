namespace Platform.Modeling.Tokenization.PreTokenizers;

/// <summary>Cuts a text into the pieces that the model tokenizes one by one.</summary>
internal interface IPreTokenizer
{
    void Apply(PreTokenizedText text);
}
