using static TorchSharp.torch;

namespace Platform.Modeling.Tasks;

/// <summary>What an encoder has made of its input, for the decoder to read as often as it likes.</summary>
/// <param name="Hidden">[batch, positions, hidden]</param>
/// <param name="AttentionMask">int64 [batch, positions], 1 for what may be read; null: all</param>
public sealed record EncodedSource(Tensor Hidden, Tensor? AttentionMask) : IDisposable
{
    public void Dispose()
    {
        Hidden.Dispose();
        AttentionMask?.Dispose();
    }
}
