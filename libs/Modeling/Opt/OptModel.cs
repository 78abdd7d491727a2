using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Opt;

/// <summary>The level <c>model.</c> of the names, a trace of the encoder-decoder OPT was derived from.</summary>
public sealed class OptModel : nn.Module
{
    [ComponentName(Name = "decoder")] private readonly OptDecoder _decoder;

    public OptModel(OptConfig config, ScalarType dtype, Device device)
        : base(nameof(OptModel))
    {
        _decoder = new OptDecoder(config, dtype, device);
        RegisterComponents();
    }

    internal OptDecoder Decoder => _decoder;
}
