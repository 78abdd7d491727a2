using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>dropout(act(dense(x))) under the name <c>dense</c>, as many parts of encoders are stored.</summary>
public sealed class Dense : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")] private readonly nn.Module<Tensor, Tensor> _dense;
    private readonly Func<Tensor, Tensor>? _activation;
    private readonly double _dropout;

    /// <param name="activation">null: none</param>
    /// <param name="dropout">the probability of dropping an output while training</param>
    public Dense(long inFeatures, long outFeatures, string? activation, double dropout, ScalarType dtype, Device device)
        : base(nameof(Dense))
    {
        _dense = new Linear(inFeatures, outFeatures, bias: true, dtype, device);
        (_activation, _dropout) = (activation is null ? null : Activations.Named(activation), dropout);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => Dropout.Of(Active(_dense.call(x)), _dropout, training); // [..., in] -> [..., out]

    private Tensor Active(Tensor x)
    {
        if (_activation is null) return x;

        using (x) return _activation(x);
    }
}
