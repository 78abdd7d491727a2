using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Lora;

/// <summary>A low-rank update of a weight's direction, whose lengths are trained on their own.</summary>
/// <remarks>
/// W' = m ⊙ V / ‖V‖, V = W + s B A; y = W' x + b; ‖·‖ is the length of each row, m [out] begins as ‖V‖.
/// Liu, Wang, Yin, Molchanov, Wang, Cheng, Chen: "DoRA: Weight-Decomposed Low-Rank Adaptation", 2024, equations 5 and 11.
/// Differs from the paper: rows are normalised, one length per output, as its authors' code does; dropout acts on the input of
/// the difference W' - W and not on that of W, as in PEFT. As in the paper no gradient flows through ‖V‖.
/// </remarks>
public sealed class DoraUpdate : LoraUpdate
{
    private readonly Func<Linear> _layer; // not a field of module type: the base must not be registered a second time

    internal DoraUpdate(Linear layer, int rank, double scaling, LoraOptions options)
        : base(layer, rank, scaling, options, nameof(DoraUpdate))
    {
        _layer = () => layer;
        Magnitude = new Parameter(ones(layer.OutFeatures, ScalarType.Float32, Down.device));
        register_parameter("lora_magnitude_vector", Magnitude);
    }

    /// <summary>m of the formula, [out].</summary>
    public Parameter Magnitude { get; }

    public override IEnumerable<(string Key, Parameter Parameter)> Keys => base.Keys.Append(("lora_magnitude_vector", Magnitude));

    /// <summary>Gives the rows the lengths they have: called when the factors have their first values.</summary>
    internal void MeasureMagnitude()
    {
        using var noGradients = no_grad();
        using var lengths = Lengths();
        Magnitude.copy_(lengths);
    }

    public override Tensor Forward(Tensor x, Func<Tensor, Tensor> layer) // [..., in] -> [..., out]
    {
        using var scope = NewDisposeScope();
        var y = layer(x);
        var (given, result) = (x.to_type(Down.dtype), y.to_type(Down.dtype));
        var input = Dropped(given);
        var ratio = Magnitude.div(Lengths());                                                // [out]
        var low = nn.functional.linear(nn.functional.linear(input, Down), Up).mul(Scaling);  // [..., out]
        var plain = Drops ? nn.functional.linear(input, Weight()) : _layer().Bias is { } bias ? result.sub(bias) : result;
        return result.add(plain.mul(ratio.sub(1))).add(low.mul(ratio)).to_type(y.dtype).MoveToOuterDisposeScope();
    }

    public override void MergeInto(nn.Module<Tensor, Tensor> layer)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var direction = Weight().add(Delta());
        ((Linear)layer).SetWeight(direction.mul(Magnitude.div(RowLengths(direction)).unsqueeze(1)));
    }

    /// <summary>‖V‖ without gradients, [out].</summary>
    private Tensor Lengths()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        return RowLengths(Weight().addmm(Up, Down, beta: 1, alpha: (float)Scaling)).MoveToOuterDisposeScope();
    }

    private static Tensor RowLengths(Tensor rows) => rows.square().sum([1L]).sqrt();

    /// <summary>W in float32, [out, in].</summary>
    private Tensor Weight()
    {
        using var values = _layer().WeightValues();
        return values.to(ScalarType.Float32, Down.device);
    }
}
