using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using Platform.Peft.Lycoris;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.LoHa;

/// <summary>The Hadamard product of two updates of low rank: its rank reaches the square of theirs.</summary>
/// <remarks>
/// Δ = alpha / r · (A₁ B₁) ⊙ (A₂ B₂), A [out, r], B [r, in]; all uniform in ±1/√columns but B₂ = 0.
/// Hyeon-Woo, Ye-Bin, Oh: "FedPara: Low-Rank Hadamard Product for Communication-Efficient Federated Learning", 2021, section 2.
/// Differs from the paper: the product is added to a frozen weight and is not the weight itself (as the LyCORIS library has it:
/// Yeh et al., 2023); no regularisation of the factors.
/// </remarks>
public sealed class LoHaUpdate : LycorisUpdate
{
    [ComponentName(Name = "hada_w1_a")] private readonly Parameter _firstUp;
    [ComponentName(Name = "hada_w1_b")] private readonly Parameter _firstDown;
    [ComponentName(Name = "hada_w2_a")] private readonly Parameter _secondUp;
    [ComponentName(Name = "hada_w2_b")] private readonly Parameter _secondDown;

    internal LoHaUpdate(Linear layer, int rank, double scaling, LoHaOptions options)
        : base(nameof(LoHaUpdate), scaling, options, rescales: true)
    {
        var device = DeviceOf(layer);
        _firstUp = new Parameter(zeros(layer.OutFeatures, rank, device: device));
        _firstDown = new Parameter(zeros(rank, layer.InFeatures, device: device));
        _secondUp = new Parameter(zeros(layer.OutFeatures, rank, device: device));
        _secondDown = new Parameter(zeros(rank, layer.InFeatures, device: device));
        RegisterComponents();
    }

    public override IEnumerable<(string Key, Parameter Parameter)> Keys =>
        [("hada_w1_a", _firstUp), ("hada_w1_b", _firstDown), ("hada_w2_a", _secondUp), ("hada_w2_b", _secondDown)];

    public override Tensor Delta()
    {
        using var first = _firstUp.mm(_firstDown);
        using var second = _secondUp.mm(_secondDown);
        using var product = first.mul(second);
        return product.mul(Scaling);
    }

    internal void Draw(bool zeroAtFirst, Generator generator)
    {
        foreach (var (_, factor) in Keys.Take(zeroAtFirst ? 3 : 4)) ParameterDraws.Uniform(factor, factor.shape[1], generator);
    }

    protected override Tensor Product(Tensor x)
    {
        using var delta = Delta();
        return nn.functional.linear(x, delta);
    }
}
