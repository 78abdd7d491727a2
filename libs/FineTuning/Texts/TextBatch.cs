using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.FineTuning.Texts;

/// <summary>Texts side by side, padded on the right to the longest.</summary>
public sealed class TextBatch : IDisposable
{
    private TextBatch(TextInputs inputs, long tokens) => (Inputs, Tokens) = (inputs, tokens);

    /// <summary>All [batch, positions].</summary>
    public TextInputs Inputs { get; }

    /// <summary>Without padding.</summary>
    public long Tokens { get; }

    public static TextBatch Of(IReadOnlyList<EncodedText> texts, int padTokenId, Device device)
    {
        var width = texts.Max(text => text.Ids.Count);
        var (ids, types, mask) = (new long[texts.Count, width], new long[texts.Count, width], new long[texts.Count, width]);
        for (var row = 0; row < texts.Count; row++)
        {
            var text = texts[row];
            for (var i = 0; i < width; i++)
                (ids[row, i], types[row, i], mask[row, i]) = i < text.Ids.Count ? (text.Ids[i], text.TypeIds[i], text.AttentionMask[i]) : (padTokenId, 0, 0);
        }

        return new(new TextInputs(tensor(ids, device: device), tensor(mask, device: device), tensor(types, device: device)), texts.Sum(text => (long)text.AttentionMask.Sum()));
    }

    public void Dispose()
    {
        Inputs.InputIds.Dispose();
        Inputs.AttentionMask!.Dispose();
        Inputs.TokenTypeIds!.Dispose();
    }
}
