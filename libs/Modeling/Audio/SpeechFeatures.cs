using static TorchSharp.torch;

namespace Platform.Modeling.Audio;

/// <summary>What the encoder of a speech model takes.</summary>
/// <param name="Values">float32 [batch, mels, frames]</param>
/// <param name="Mask">int64 [batch, frames], 1 where there is sound, 0 where it was filled up</param>
public sealed record SpeechFeatures(Tensor Values, Tensor Mask) : IDisposable
{
    public void Dispose()
    {
        Values.Dispose();
        Mask.Dispose();
    }
}
