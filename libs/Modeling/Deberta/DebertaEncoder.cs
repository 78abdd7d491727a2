using Platform.Modeling.Encoders;
using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using LayerNorm = Platform.Modeling.Layers.LayerNorm;

namespace Platform.Modeling.Deberta;

/// <summary>The blocks, and what their attention shares: a table of relative positions, its norm, a convolution.</summary>
public sealed class DebertaEncoder : nn.Module
{
    [ComponentName(Name = "layer")] private readonly ModuleList<PostNormLayer<DisentangledContext>> _layers;
    [ComponentName(Name = "rel_embeddings")] private readonly TokenEmbedding? _relative;
    [ComponentName(Name = "LayerNorm")] private readonly LayerNorm? _relativeNorm;
    [ComponentName(Name = "conv")] private readonly DebertaConvolution? _convolution;
    private readonly DebertaConfig _config;

    public DebertaEncoder(DebertaConfig config, ScalarType dtype, Device device)
        : base(nameof(DebertaEncoder))
    {
        _config = config;
        _layers = new ModuleList<PostNormLayer<DisentangledContext>>([.. Enumerable.Range(0, config.Layers)
            .Select(_ => new PostNormLayer<DisentangledContext>(new DisentangledAttention(config, dtype, device), config, dtype, device))]);
        _relative = config.RelativeAttention ? new TokenEmbedding(2 * config.Span, config.HiddenSize, dtype, device) : null;
        _relativeNorm = config.NormRelative ? new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device) : null;
        _convolution = config.ConvolutionWidth > 0 ? new DebertaConvolution(config, dtype, device) : null;
        RegisterComponents();
    }

    /// <param name="input">[batch, positions, hidden]; is disposed</param>
    /// <param name="attentionMask">[batch, positions], 1 for real tokens; null: all are</param>
    /// <param name="onHidden">is shown the input and every block's output, each valid during the call</param>
    public Tensor Run(Tensor input, Tensor? attentionMask, Action<Tensor>? onHidden)
    {
        using var context = new DisentangledContext(_config, input.shape[1], Relative(), attentionMask, input.device);
        var hidden = input;
        onHidden?.Invoke(hidden);
        for (var i = 0; i < _layers.Count; i++)
        {
            using var previous = hidden;
            hidden = _layers[i].call(previous, context);
            if (i == 0 && _convolution is not null)
            {
                using var plain = hidden;
                hidden = _convolution.Add(previous, plain, context.Real);
            }

            onHidden?.Invoke(hidden);
        }

        return hidden;
    }

    private Tensor? Relative() => _relative is null ? null : _relativeNorm?.call(_relative.Weight) ?? _relative.Weight.alias();
}
