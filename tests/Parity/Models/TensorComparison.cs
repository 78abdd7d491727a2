using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Parity.Models;

/// <summary>Collects by how much tensors differ where they differ too much.</summary>
internal sealed class TensorComparison(string context)
{
    private readonly List<string> _differences = [];

    public ParityVerdict Verdict => _differences.Count == 0 ? new ParityVerdict.Passed() : new ParityVerdict.Failed(string.Join("; ", _differences.Take(5)));

    public bool Failed => _differences.Count > 0;

    /// <param name="positions">bool [batch, positions] or [tokens]: where to compare tensors that begin with these dimensions; null: everywhere</param>
    public void Close(string name, Tensor actual, Tensor expected, double atol, double rtol, Tensor? positions = null)
    {
        using var scope = NewDisposeScope();
        if (!actual.shape.SequenceEqual(expected.shape))
        {
            _differences.Add($"{context} {name}: shape [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", expected.shape)}]");
            return;
        }

        var (a, b) = (actual.detach().to(float64), expected.to(float64));
        var excess = (a - b).abs() - atol - rtol * b.abs();
        var bad = excess.gt(0).logical_or(a.isfinite().logical_not());
        if (positions is not null) bad = bad.logical_and(positions.reshape([.. positions.shape, .. Enumerable.Repeat(1L, (int)(bad.dim() - positions.dim()))]));
        if (!bad.any().item<bool>()) return;

        var largest = (a - b).abs().masked_select(bad).max().ToDouble();
        _differences.Add(string.Create(CultureInfo.InvariantCulture, $"{context} {name}: {bad.sum().ToInt64()} of {bad.NumberOfElements} values differ, by up to {largest:g3} (atol {atol:g3}, rtol {rtol:g3})"));
    }

    public void Differ(string name, string how) => _differences.Add($"{context} {name}: {how}");

    public void Same(string name, Tensor actual, Tensor expected)
    {
        using var scope = NewDisposeScope();
        if (actual.shape.SequenceEqual(expected.shape) && actual.eq(expected).all().item<bool>()) return;
        _differences.Add($"{context} {name}: {Text(actual)}, expected {Text(expected)}");
    }

    public void Near(string name, double actual, double expected, double tolerance)
    {
        if (Math.Abs(actual - expected) <= tolerance) return;
        _differences.Add(string.Create(CultureInfo.InvariantCulture, $"{context} {name}: {actual:g9}, expected {expected:g9} (tolerance {tolerance:g3})"));
    }

    private static string Text(Tensor ids) => $"[{string.Join(", ", ids.to(int64).reshape(-1).data<long>().ToArray())}]";
}
