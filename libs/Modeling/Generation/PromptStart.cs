using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>The first step of several rows per prompt: the prompt is computed once, then its rows are copied.</summary>
internal static class PromptStart
{
    /// <param name="copies">rows per prompt, which lie side by side afterwards</param>
    /// <returns>[prompts · copies, vocabulary]</returns>
    public static Tensor Begin(IStepDecoder decoder, Tensor promptIds, int copies, CancellationToken cancellation)
    {
        var logits = decoder.Step(promptIds, cancellation);
        if (copies == 1) return logits;

        using (logits)
        {
            using var prompts = arange(promptIds.shape[0], ScalarType.Int64, decoder.Device);
            using var origins = prompts.repeat_interleave(copies);
            decoder.Reorder(origins);
            return logits.index_select(0, origins);
        }
    }
}
