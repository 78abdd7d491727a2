using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.AdaLora;

/// <summary>A low-rank update in the form of a singular value decomposition, whose values can be set to zero one by one.</summary>
/// <remarks>
/// y = W x + s B (E ⊙ A) x, s = alpha / (r + 10⁻⁵); A [r, in] and B [out, r] normal with deviation 0.02, E [r, 1] zero.
/// Zhang, Chen, Bukharin, Karampatziakis, He, Cheng, Chen, Zhao: "AdaLoRA: Adaptive Budget Allocation for Parameter-Efficient
/// Fine-Tuning", 2023, section 3.1.
/// Differs from the paper: r in s is the rank at first and stays so when values are cut, as in its authors' code and in PEFT.
/// </remarks>
public sealed class AdaLoraUpdate : AdditiveUpdate
{
    [ComponentName(Name = "lora_A")] private readonly Parameter _right;
    [ComponentName(Name = "lora_B")] private readonly Parameter _left;
    [ComponentName(Name = "lora_E")] private readonly Parameter _values;
    private readonly double _scaling;
    private readonly double _dropout;

    /// <param name="rank">how many values there are; fewer than at first in an adapter that was cut</param>
    internal AdaLoraUpdate(Linear layer, int rank, AdaLoraOptions options)
        : base(nameof(AdaLoraUpdate))
    {
        var device = DeviceOf(layer);
        _right = new Parameter(zeros(rank, layer.InFeatures, ScalarType.Float32, device));
        _left = new Parameter(zeros(layer.OutFeatures, rank, ScalarType.Float32, device));
        _values = new Parameter(zeros(rank, 1, ScalarType.Float32, device));
        (_scaling, _dropout) = (options.Alpha / (options.InitialRank + 1e-5), options.Dropout);
        RegisterComponents();
    }

    /// <summary>A, [rank, in].</summary>
    public Parameter Right => _right;

    /// <summary>B, [out, rank].</summary>
    public Parameter Left => _left;

    /// <summary>E, [rank, 1].</summary>
    public Parameter Values => _values;

    public override IEnumerable<(string Key, Parameter Parameter)> Keys => [("lora_A", _right), ("lora_B", _left), ("lora_E", _values)];

    /// <summary>The same numbers as PEFT's: everything is drawn as normals first, the rank among it, then A and B again.</summary>
    internal void Draw(bool zeroAtFirst, Generator generator)
    {
        using var noGradients = no_grad();
        ParameterDraws.Normal(_right, 0, 1, generator);
        ParameterDraws.Normal(_values, 0, 1, generator);
        ParameterDraws.Normal(_left, 0, 1, generator);
        using var rank = randn(1, generator: generator);
        if (!zeroAtFirst) return;

        _values.zero_();
        ParameterDraws.Normal(_right, 0, 0.02, generator);
        ParameterDraws.Normal(_left, 0, 0.02, generator);
    }

    public override Tensor Delta()
    {
        using var noGradients = no_grad();
        using var scaled = _right.mul(_values);
        using var product = _left.mm(scaled);
        return product.mul(_scaling);
    }

    protected override Tensor Change(Tensor x)
    {
        using var dropped = training && _dropout > 0 ? nn.functional.dropout(x, _dropout, training: true) : x.alias();
        using var scaled = _right.mul(_values);                    // [rank, in]
        using var narrow = nn.functional.linear(dropped, scaled);  // [..., rank]
        using var wide = nn.functional.linear(narrow, _left);      // [..., out]
        return wide.mul(_scaling);
    }

    /// <summary>‖A Aᵀ - I‖ + ‖Bᵀ B - I‖, a scalar.</summary>
    internal Tensor Obliqueness()
    {
        using var scope = NewDisposeScope();
        var identity = eye(_right.shape[0], device: _right.device);
        return _right.mm(_right.t()).sub(identity).norm().add(_left.t().mm(_left).sub(identity).norm()).MoveToOuterDisposeScope();
    }
}
