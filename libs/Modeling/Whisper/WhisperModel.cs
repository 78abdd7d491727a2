using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Whisper;

/// <summary>The names below <c>model.</c> in the checkpoint.</summary>
internal sealed class WhisperModel : nn.Module
{
    [ComponentName(Name = "encoder")] private readonly WhisperEncoder _encoder;
    [ComponentName(Name = "decoder")] private readonly WhisperDecoder _decoder;

    public WhisperModel(WhisperConfig config, ScalarType dtype, Device device)
        : base(nameof(WhisperModel))
    {
        _encoder = new WhisperEncoder(config, dtype, device);
        _decoder = new WhisperDecoder(config, dtype, device);
        RegisterComponents();
    }

    public WhisperEncoder Encoder => _encoder;

    public WhisperDecoder Decoder => _decoder;
}
