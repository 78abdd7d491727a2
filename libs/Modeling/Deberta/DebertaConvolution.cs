using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Dropout = Platform.Modeling.Layers.Dropout;
using LayerNorm = Platform.Modeling.Layers.LayerNorm;

namespace Platform.Modeling.Deberta;

/// <summary>norm(first block's output + act(conv(its input))): how the largest models learn of neighbouring tokens.</summary>
public sealed class DebertaConvolution : nn.Module
{
    [ComponentName(Name = "conv")] private readonly Kernel _convolution;
    [ComponentName(Name = "LayerNorm")] private readonly LayerNorm _norm;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly double _dropout;

    public DebertaConvolution(DebertaConfig config, ScalarType dtype, Device device)
        : base(nameof(DebertaConvolution))
    {
        _convolution = new Kernel(config, dtype, device);
        _norm = new LayerNorm(config.HiddenSize, config.NormEpsilon, dtype, device);
        (_activation, _dropout) = (Activations.Named(config.ConvolutionActivation), config.HiddenDropout);
        RegisterComponents();
    }

    /// <param name="input">of the first block: [batch, positions, hidden]</param>
    /// <param name="output">of the first block</param>
    /// <param name="real">bool [batch, positions]; null: all tokens are real</param>
    public Tensor Add(Tensor input, Tensor output, Tensor? real)
    {
        using var scope = NewDisposeScope();
        var near = _convolution.call(input.transpose(1, 2)).transpose(1, 2);
        if (real is not null) near = near.masked_fill(real.logical_not().unsqueeze(-1), 0);
        var sum = _norm.call(output + _activation(Dropout.Of(near.contiguous(), _dropout, training)));
        return (real is null ? sum : sum * real.unsqueeze(-1).to(sum.dtype)).MoveToOuterDisposeScope();
    }

    private sealed class Kernel : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "weight")] private readonly Parameter _weight; // [hidden, hidden / groups, width]
        [ComponentName(Name = "bias")] private readonly Parameter _bias;     // [hidden]
        private readonly DebertaConfig _config;

        public Kernel(DebertaConfig config, ScalarType dtype, Device device)
            : base(nameof(Kernel))
        {
            _config = config;
            _weight = new Parameter(empty(config.HiddenSize, config.HiddenSize / config.ConvolutionGroups, config.ConvolutionWidth, dtype: dtype, device: device));
            _bias = new Parameter(empty(config.HiddenSize, dtype: dtype, device: device));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => // [batch, hidden, positions]
            nn.functional.conv1d(x, _weight, _bias, padding: (_config.ConvolutionWidth - 1) / 2, groups: _config.ConvolutionGroups);
    }
}
