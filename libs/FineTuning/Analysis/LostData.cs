namespace Platform.FineTuning.Analysis;

/// <summary>More than a hundredth of the rows was cut or left out because of the length.</summary>
public sealed class LostData : IDetector
{
    private const double Share = 0.01;

    public string Kind => "lost-data";

    public Finding? Find(RunHistory history)
    {
        if (history.Data is not { Rows: > 0 } data || data.LeftOut + data.Cut <= Share * data.Rows) return null;
        return new(
            Kind,
            FormattableString.Invariant($"of {data.Rows} rows {data.Cut} were cut to training.maxLength and {data.LeftOut} left out because nothing to learn remained."),
            "Raise training.maxLength, or shorten the rows.",
            [],
            new Dictionary<string, double> { ["rows"] = data.Rows, ["cut"] = data.Cut, ["left_out"] = data.LeftOut, ["share"] = (data.LeftOut + data.Cut) / (double)data.Rows });
    }
}
