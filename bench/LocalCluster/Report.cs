using System.Globalization;

namespace Platform.LocalCluster.Bench;

/// <summary>A line per figure: what was measured, its target, and the ratio in which more than 1 is better than asked for.</summary>
internal sealed class Report(TextWriter output)
{
    public bool AllHold { get; private set; } = true;

    /// <summary>A figure that explains others and has no target.</summary>
    public void Note(string what, double figure, string unit) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-52} {figure,10:0.###} {unit}"));

    public void Add(string what, double figure, string unit, double target, bool atLeast)
    {
        var ratio = atLeast ? figure / target : target / figure;
        AllHold &= ratio >= 1;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-52} {figure,10:0.###} {unit,-4} target {(atLeast ? ">=" : "<=")} {target:0.###} {unit,-4} {ratio,6:0.00} x {(ratio >= 1 ? "holds" : "MISSED")}"));
    }
}
