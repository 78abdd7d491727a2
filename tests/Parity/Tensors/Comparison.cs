using System.Globalization;
using static TorchSharp.torch;

namespace Platform.Parity.Tensors;

/// <summary>Collects what differs in a case, with the figures.</summary>
internal sealed class Comparison
{
    private readonly List<string> _differences = [];

    public ParityVerdict Verdict => _differences.Count == 0 ? new ParityVerdict.Passed() : new ParityVerdict.Failed(string.Join("; ", _differences.Take(5)) + (_differences.Count > 5 ? $"; and {_differences.Count - 5} more" : ""));

    public bool IsClean => _differences.Count == 0;

    public void Expect(bool holds, string otherwise)
    {
        if (!holds) _differences.Add(otherwise);
    }

    /// <summary>|actual - expected| ≤ absolute + relative * |expected| wherever <paramref name="where"/> is not 0.</summary>
    public void Close(string name, Tensor actual, Tensor expected, double absolute, double relative = 0, Tensor? where = null)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        if (!actual.shape.SequenceEqual(expected.shape))
        {
            _differences.Add($"{name}: shape [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", expected.shape)}]");
            return;
        }

        var (mine, golden) = (actual.detach().cpu().to_type(ScalarType.Float64), expected.to_type(ScalarType.Float64));
        var excess = (mine - golden).abs() - golden.abs() * relative - absolute;
        var difference = (mine - golden).abs();
        if (where is not null)
        {
            var counted = where.to_type(ScalarType.Bool);
            while (counted.dim() < excess.dim()) counted = counted.unsqueeze(-1);
            (excess, difference) = (excess.where(counted, -absolute), difference.where(counted, 0.0));
        }

        if (excess.numel() == 0 || excess.le(0).all().item<bool>()) return;
        _differences.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: largest difference {difference.max().item<double>():g4}, allowed {absolute:g3} + {relative:g3}·|expected|"));
    }

    public void Same(string name, Tensor actual, Tensor expected)
    {
        Expect(actual.dtype == expected.dtype, $"{name}: type {actual.dtype}, expected {expected.dtype}");
        Close(name, actual, expected, 0);
    }
}
