using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Whisper;

/// <summary>The language of a sound: the likeliest language token after the start token.</summary>
public static class LanguageDetection
{
    /// <returns>the token of each row</returns>
    public static IReadOnlyList<int> Of(Seq2SeqModel model, EncodedSource source, SpeechPrompts prompts)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        int[] languages = [.. prompts.Languages.Values.Distinct()];
        var start = full([source.Hidden.shape[0], 1], prompts.Start, ScalarType.Int64, model.Device);
        var logits = model.Head(model.Decode(start, source)).squeeze(1); // [batch, vocabulary]
        var best = logits.index_select(1, tensor(languages, ScalarType.Int64, model.Device)).argmax(-1).cpu();
        return [.. best.data<long>().ToArray().Select(index => languages[index])];
    }
}
