using Platform.FineTuning.Texts;
using Platform.Modeling.Tokenization;
using Platform.Quickstart.Generator;

namespace Platform.BaseModels.Encoders;

/// <summary>A text of which some tokens are to be restored.</summary>
/// <param name="Masked">the text as the model sees it</param>
/// <param name="Places">of the tokens to restore</param>
/// <param name="Tokens">what stood there</param>
public sealed record MaskedText(EncodedText Masked, IReadOnlyList<int> Places, IReadOnlyList<int> Tokens)
{
    private const int Share = 20, Replaced = 80, Random = 10; // of a hundred

    /// <summary>
    /// Hides a share of the tokens as BERT does (Devlin et al., 2018): four of five behind the mask's token, one of ten behind any other, one
    /// of ten not at all. Differs from the paper: a fifth of the tokens and not 15 %, since the texts are few and short.
    /// </summary>
    /// <param name="always">a range of places that is hidden as a whole</param>
    public static MaskedText Of(Encoding text, Tokenizer tokenizer, Draw draw, Range? always = null)
    {
        var mask = tokenizer.IdOf("[MASK]") ?? throw new ArgumentException("The tokenizer has no token '[MASK]'.");
        var hidden = Enumerable.Range(0, text.Length).Where(place => text.SpecialTokensMask[place] == 0 && (draw.Below(100) < Share || Within(place))).ToList();
        if (hidden.Count == 0) hidden.Add(1);
        var ids = text.Ids.ToArray();
        foreach (var place in hidden)
        {
            var choice = draw.Below(100);
            if (Within(place) || choice < Replaced) ids[place] = mask;
            else if (choice < Replaced + Random) ids[place] = mask + 1 + draw.Below(tokenizer.VocabularySize - mask - 1);
        }

        return new(new EncodedText(ids, text.TypeIds, text.AttentionMask), hidden, hidden.ConvertAll(place => text.Ids[place]));

        bool Within(int place) => always is { } range && place >= range.Start.Value && place < range.End.Value;
    }
}
