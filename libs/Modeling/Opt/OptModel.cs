using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Opt;

/// <summary>The level <c>model.</c> of the names, a trace of the encoder-decoder OPT was derived from.</summary>
public sealed class OptModel : DecoderModel
{
    [ComponentName(Name = "decoder")] private readonly OptDecoder _decoder;

    public OptModel(OptConfig config, ScalarType dtype, Device device)
        : base(nameof(OptModel))
    {
        _decoder = new OptDecoder(config, dtype, device);
        RegisterComponents();
    }

    internal override TokenEmbedding TokenEmbedding => _decoder.TokenEmbedding;

    internal override IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks => _decoder.Blocks;

    internal override Tensor Embed(Tensor inputIds, ForwardContext context) => _decoder.Embed(inputIds, context);

    internal override Tensor FinalNorm(Tensor hidden) => _decoder.FinalNorm(hidden);
}
