using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Whisper;

/// <summary>Attention to the own stack, in the decoder attention to the sound, then the feed-forward layer; norms come first.</summary>
internal sealed class WhisperBlock : nn.Module<Tensor, StackContext, Tensor>
{
    private const double NormEpsilon = 1e-5;

    [ComponentName(Name = "self_attn")] private readonly nn.Module<Tensor, StackContext, Tensor> _own;
    [ComponentName(Name = "self_attn_layer_norm")] private readonly LayerNorm _ownNorm;
    [ComponentName(Name = "encoder_attn")] private readonly nn.Module<Tensor, StackContext, Tensor>? _source;
    [ComponentName(Name = "encoder_attn_layer_norm")] private readonly LayerNorm? _sourceNorm;
    [ComponentName(Name = "fc1")] private readonly nn.Module<Tensor, Tensor> _up;
    [ComponentName(Name = "fc2")] private readonly nn.Module<Tensor, Tensor> _down;
    [ComponentName(Name = "final_layer_norm")] private readonly LayerNorm _finalNorm;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly WhisperConfig _config;

    public WhisperBlock(WhisperConfig config, int index, bool decoder, ScalarType dtype, Device device)
        : base(nameof(WhisperBlock))
    {
        _config = config;
        var (heads, intermediate) = decoder ? (config.DecoderHeads, config.DecoderIntermediateSize) : (config.EncoderHeads, config.EncoderIntermediateSize);
        var options = new StackAttentionOptions
        {
            HiddenSize = config.HiddenSize,
            Heads = heads,
            HeadWidth = config.HiddenSize / heads,
            Names = new AttentionNames("q_proj", "k_proj", "v_proj", "out_proj"),
            Bias = true,
            Dropout = config.AttentionDropout,
        };
        _own = new StackAttention(options, index, dtype, device);
        _ownNorm = Norm();
        if (decoder)
        {
            _source = new StackAttention(options with { ReadsSource = true }, index, dtype, device);
            _sourceNorm = Norm();
        }

        _up = new Linear(config.HiddenSize, intermediate, bias: true, dtype, device);
        _down = new Linear(intermediate, config.HiddenSize, bias: true, dtype, device);
        _finalNorm = Norm();
        _activation = Activations.Named(config.Activation);
        RegisterComponents();

        LayerNorm Norm() => new(config.HiddenSize, NormEpsilon, dtype, device);
    }

    public override Tensor forward(Tensor x, StackContext context) // [batch, positions, hidden]
    {
        using var seen = Added(x, _own, _ownNorm, context);
        using var heard = _source is null ? seen.alias() : Added(seen, _source, _sourceNorm!, context);
        using var normed = _finalNorm.call(heard);
        using var wide = _up.call(normed);
        using var active = Dropout.Of(_activation(wide), _config.ActivationDropout, training);
        using var transformed = Dropout.Of(_down.call(active), _config.DropoutRate, training);
        return HalfRange.Clamp(heard.add(transformed));
    }

    private Tensor Added(Tensor x, nn.Module<Tensor, StackContext, Tensor> attention, LayerNorm norm, StackContext context)
    {
        using var normed = norm.call(x);
        using var attended = Dropout.Of(attention.call(normed, context), _config.DropoutRate, training);
        return x.add(attended);
    }
}
