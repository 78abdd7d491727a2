using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.PreTokenizers;

/// <summary>One after the other.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<IPreTokenizer> parts) : IPreTokenizer
{
    public void Apply(PreTokenizedText text)
    {
        var length = text.Text.Length;
        foreach (var part in parts)
        {
            part.Apply(text);
            Growth.Check(length, text.Text);
        }
    }
}
