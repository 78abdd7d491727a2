using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using LayerNorm = Platform.Modeling.Layers.LayerNorm;
using Linear = Platform.Modeling.Layers.Linear;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Bottleneck;

/// <summary>A small network of two layers at the end of a half of a block.</summary>
/// <remarks>
/// With h what the half computed, x the stream before it and A(z) = s · up(f(down(z))):
/// Houlsby: norm(A(h) + h + x); Pfeiffer: z = norm(h + x), norm(A(z) + h + x) with the same pre-trained norm; parallel: norm(A(x) + h + x).
/// Decoders, whose norms come first, have none here.
/// Houlsby et al.: "Parameter-Efficient Transfer Learning for NLP", 2019, section 2.1; Pfeiffer et al.: "AdapterFusion", 2020;
/// He, Zhou, Ma, Berg-Kirkpatrick, Neubig: "Towards a Unified View of Parameter-Efficient Transfer Learning", 2021.
/// Differs from the paper: as in AdapterHub, the norms of the model stay frozen and there are none beside them unless asked for;
/// Houlsby's first weights are normal with deviation 0.02, not 0.01; Pfeiffer's residual is h + x, not z.
/// </remarks>
internal sealed class BottleneckLayer : nn.Module
{
    private const double NormEpsilon = 1e-5; // PyTorch's

    [ComponentName(Name = "adapter_norm_before")] private readonly LayerNorm? _normBefore;
    [ComponentName(Name = "adapter_down")] private readonly Linear _down;
    [ComponentName(Name = "adapter_up")] private readonly Linear _up;
    [ComponentName(Name = "adapter_norm_after")] private readonly LayerNorm? _normAfter;
    [ComponentName(Name = "gate")] private readonly Linear? _gate;
    [ComponentName(Name = "scaling")] private readonly Parameter? _scaling;
    private readonly BottleneckOptions _options;
    private readonly Func<Tensor, Tensor> _activation;

    public BottleneckLayer(long hidden, long width, BottleneckOptions options, Device device)
        : base(nameof(BottleneckLayer))
    {
        (_options, _activation) = (options, Activations.Named(options.Activation));
        _normBefore = options.NormBefore ? new LayerNorm(hidden, NormEpsilon, ScalarType.Float32, device) : null;
        _down = new Linear(hidden, width, bias: true, ScalarType.Float32, device);
        _up = new Linear(width, hidden, bias: true, ScalarType.Float32, device);
        _normAfter = options.NormAfter ? new LayerNorm(hidden, NormEpsilon, ScalarType.Float32, device) : null;
        _gate = options.Gated ? new Linear(hidden, 1, bias: true, ScalarType.Float32, device) : null;
        _scaling = options.ScalingKind switch
        {
            BottleneckScaling.Learned => new Parameter(ones(1, device: device)),
            BottleneckScaling.Channel => new Parameter(ones(hidden, device: device)),
            _ => null,
        };
        RegisterComponents();
    }

    public Linear Down => _down;

    public Linear Up => _up;

    public Linear? Gate => _gate;

    public IEnumerable<LayerNorm> Norms => new[] { _normBefore, _normAfter }.OfType<LayerNorm>();

    /// <summary>The parameters by the ends of their keys in the adapter's file.</summary>
    public IEnumerable<(string Key, Parameter Parameter)> Keys => named_parameters().Select(item => (KeyOf(item.name), item.parameter));

    /// <summary>Keys that the file has beside: the norm before is also the first module of a sequence.</summary>
    public IEnumerable<(string Key, Parameter Parameter)> SecondKeys =>
        _normBefore is null ? [] : _normBefore.named_parameters().Select(item => ($"adapter_down.0.{item.name}", item.parameter));

    /// <inheritdoc cref="ResidualJoin.Joining"/>
    public Tensor Join(Tensor output, Tensor residual, Func<Tensor, Tensor>? norm)
    {
        using var scope = NewDisposeScope();
        var adapted = (_options.Parallel ? Beside(output, residual) : Behind(output, residual, norm)).to_type(output.dtype);
        if (!_options.JoinsAfter) return adapted.MoveToOuterDisposeScope();
        var sum = adapted.add(residual);
        return (norm?.Invoke(sum) ?? sum).MoveToOuterDisposeScope();
    }

    private Tensor Behind(Tensor output, Tensor residual, Func<Tensor, Tensor>? norm)
    {
        var sum = _options.JoinsBefore ? output.add(residual) : output;
        var input = _options.JoinsBefore && norm is not null ? norm(sum) : sum;
        var past = _options.Residual switch { BottleneckResidual.Output => output, BottleneckResidual.Sum => sum, _ => input };
        var result = Transformed(input.to_type(ScalarType.Float32));
        if (_options.ResidualBeforeNormAfter) result = result.add(past);
        if (_normAfter is not null) result = _normAfter.call(result);
        return _options.ResidualBeforeNormAfter ? result : result.add(past);
    }

    private Tensor Beside(Tensor output, Tensor residual)
    {
        var result = Transformed(residual.to_type(ScalarType.Float32));
        if (_normAfter is not null) result = _normAfter.call(result);
        return result.add(output);
    }

    private Tensor Transformed(Tensor x) // [batch, positions, hidden] in float32
    {
        var input = _normBefore is null ? x : _normBefore.call(x);
        var up = _up.call(_activation(_down.call(input)));
        var scaled = _scaling is null ? up.mul(_options.Scaling) : up.mul(_scaling);
        var dropped = training && _options.Dropout > 0 ? nn.functional.dropout(scaled, _options.Dropout, training: true) : scaled;
        return _gate is null ? dropped : dropped.mul(_gate.call(x).sigmoid().mean([1], keepdim: true)); // [batch, 1, 1]
    }

    private string KeyOf(string name) =>
        name.StartsWith("adapter_down.", StringComparison.Ordinal) ? name.Replace("adapter_down.", _normBefore is null ? "adapter_down.0." : "adapter_down.1.", StringComparison.Ordinal) : name;
}
