using static TorchSharp.torch;

namespace Platform.Parity.Optim;

/// <summary>Gathers what differs from the golden values.</summary>
internal sealed class Differences
{
    private readonly List<string> _found = [];

    public void Compare(string what, Tensor actual, Tensor golden, double tolerance)
    {
        using var scope = NewDisposeScope();
        var worst = actual.detach().to(ScalarType.Float64).sub(golden.to(ScalarType.Float64)).abs().max().item<double>();
        Compare(what, worst, 0, tolerance);
    }

    public void Compare(string what, double actual, double golden, double tolerance)
    {
        if (!(Math.Abs(actual - golden) <= tolerance)) _found.Add($"{what} is off by {Math.Abs(actual - golden):g3}, tolerance {tolerance:g3}");
    }

    public ParityVerdict Verdict => _found.Count == 0 ? new ParityVerdict.Passed() : new ParityVerdict.Failed(string.Join("; ", _found.Take(5)));
}
