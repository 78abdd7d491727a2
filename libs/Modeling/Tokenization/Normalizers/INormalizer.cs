using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Normalizers;

/// <summary>Rewrites a text before it is cut into pieces.</summary>
internal interface INormalizer
{
    AlignedText Normalize(AlignedText text);
}
