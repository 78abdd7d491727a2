using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Vera;

/// <summary>An update of low rank whose matrices are random and shared; two vectors of scales are trained.</summary>
/// <remarks>
/// Δ x = b ⊙ B (d ⊙ A drop(x)), A [r, in] and B [out, r] shared and frozen; d = 0.1 and b = 0 at first.
/// Kopiczko, Blankevoort, Asano: "VeRA: Vector-based Random Matrix Adaptation", 2023, section 3.
/// Differs from the paper: layers of different sizes share one pair of matrices, of which each takes the first rows and columns.
/// </remarks>
public sealed class VeraUpdate : AdditiveUpdate
{
    [ComponentName(Name = "vera_lambda_b")] private readonly Parameter _outer;
    [ComponentName(Name = "vera_lambda_d")] private readonly Parameter _inner;
    private readonly VeraProjections _projections;
    private readonly long _inputs;
    private readonly long _outputs;
    private readonly double _dropout;

    internal VeraUpdate(Linear layer, VeraProjections projections, VeraOptions options)
        : base(nameof(VeraUpdate))
    {
        (_projections, _inputs, _outputs, _dropout) = (projections, layer.InFeatures, layer.OutFeatures, options.Dropout);
        _outer = new Parameter(zeros(_outputs, device: DeviceOf(layer)));
        _inner = new Parameter(full(options.Rank, options.InitialScale, ScalarType.Float32, DeviceOf(layer)));
        RegisterComponents();
    }

    public override IEnumerable<(string Key, Parameter Parameter)> Keys => [("vera_lambda_b", _outer), ("vera_lambda_d", _inner)];

    public override Tensor Delta()
    {
        using var down = Down();
        using var up = Up();
        using var columns = _inner.unsqueeze(-1);
        using var rows = _outer.unsqueeze(-1);
        using var scaledDown = down.mul(columns);
        using var scaledUp = up.mul(rows);
        return scaledUp.mm(scaledDown);
    }

    /// <summary>b one and d normal.</summary>
    internal void DrawRandom(Generator generator)
    {
        using var noGradients = no_grad();
        _outer.fill_(1);
        ParameterDraws.Normal(_inner, 0, 1, generator);
    }

    protected override Tensor Change(Tensor x)
    {
        using var dropped = training && _dropout > 0 ? nn.functional.dropout(x, _dropout, training: true) : x.alias();
        using var down = Down();
        using var up = Up();
        using var narrow = nn.functional.linear(dropped, down); // [..., rank]
        using var scaled = narrow.mul(_inner);
        using var wide = nn.functional.linear(scaled, up);      // [..., out]
        return wide.mul(_outer);
    }

    private Tensor Down() => _projections.Down.slice(1, 0, _inputs, 1);

    private Tensor Up() => _projections.Up.slice(0, 0, _outputs, 1);
}
