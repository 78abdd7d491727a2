using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Ia3;

/// <summary>A trained factor for each output, or each input, of a frozen linear layer.</summary>
/// <remarks>
/// y = l ⊙ (W x + b) for keys and values; y = W (l ⊙ x) + b for the second layer of a feed-forward part; l = 1 at first.
/// Liu, Tam, Muqeeth, Mohta, Huang, Bansal, Raffel: "Few-Shot Parameter-Efficient Fine-Tuning is Better and Cheaper than
/// In-Context Learning", 2022, section 3.3.
/// Differs from the paper: biases, which T5 lacks, are scaled with the outputs; any linear layer can be targeted.
/// </remarks>
public sealed class Ia3Update : LayerUpdate
{
    [ComponentName(Name = "ia3_l")] private readonly Parameter _scale;
    private readonly bool _onInput;

    internal Ia3Update(Linear layer, bool onInput)
        : base(nameof(Ia3Update))
    {
        _onInput = onInput;
        _scale = new Parameter(onInput ? ones(1, layer.InFeatures, device: DeviceOf(layer)) : ones(layer.OutFeatures, 1, device: DeviceOf(layer)));
        RegisterComponents();
    }

    /// <summary>l, [out, 1], or [1, in] where inputs are scaled.</summary>
    public Parameter Scale => _scale;

    public override IEnumerable<(string Key, Parameter Parameter)> Keys => [("ia3_l", Scale)];

    public override Tensor Forward(Tensor x, Func<Tensor, Tensor> layer) // [..., in] -> [..., out]
    {
        if (_onInput)
        {
            using var scaled = Scaled(x);
            return layer(scaled);
        }

        using var y = layer(x);
        return Scaled(y);
    }

    public override void MergeInto(nn.Module<Tensor, Tensor> layer)
    {
        using var noGradients = no_grad();
        var linear = (Linear)layer;
        using var values = linear.WeightValues();
        using var scaled = values.mul(Scale);
        linear.SetWeight(scaled);
        if (_onInput || linear.Bias is null) return;
        using var flat = Scale.flatten();
        linear.Bias.mul_(flat);
    }

    private Tensor Scaled(Tensor x)
    {
        using var flat = Scale.flatten();
        using var product = x.mul(flat); // in float32
        return product.to_type(x.dtype);
    }
}
