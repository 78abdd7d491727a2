using System.Globalization;
using Platform.Data.Collation;

namespace Platform.Data.Statistics;

/// <summary>What a tokenizer makes of a dataset, and what of it a model gets to learn.</summary>
public sealed class TokenStatistics
{
    private long _cutRows, _tokensCut, _learned;

    /// <summary>Of the rows before they were cut, in tokens.</summary>
    public LengthHistogram Lengths { get; private init; } = new();

    /// <summary>The share of rows that were cut or left out, 0 to 1.</summary>
    public double TruncatedShare => Share(_cutRows, Lengths.Rows);

    /// <summary>The share of tokens that were cut off or left out.</summary>
    public double LostShare => Share(_tokensCut, Lengths.Total);

    /// <summary>The share of the tokens kept that count in the loss.</summary>
    public double LearnedShare => Share(_learned, Lengths.Total - _tokensCut);

    /// <param name="whole">The row however long.</param>
    /// <param name="fitted">What is left of it; null: nothing to learn.</param>
    public void Add(SupervisedExample whole, SupervisedExample? fitted)
    {
        Lengths.Add(whole.Length);
        _tokensCut += whole.Length - (fitted?.Length ?? 0);
        if (fitted is null || fitted.Length < whole.Length) _cutRows++;
        _learned += fitted?.SupervisedTokens ?? 0;
    }

    /// <summary>The statistics as numbers by name, to be kept beside the tokens; see <see cref="FromCounts"/>.</summary>
    public IReadOnlyDictionary<string, long> ToCounts() =>
        Lengths.ToCounts().Concat([new("cut_rows", _cutRows), new("tokens_cut", _tokensCut), new("learned", _learned)]).ToDictionary();

    /// <summary>The statistics that gave these numbers.</summary>
    public static TokenStatistics FromCounts(IReadOnlyDictionary<string, long> counts) =>
        new() { Lengths = LengthHistogram.FromCounts(counts), _cutRows = counts["cut_rows"], _tokensCut = counts["tokens_cut"], _learned = counts["learned"] };

    /// <summary>For logs: rows and tokens, the classes of length, and the shares.</summary>
    public override string ToString()
    {
        var lengths = string.Join(", ", Lengths.Classes.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Rows} up to {one.UpTo}")));
        return string.Create(CultureInfo.InvariantCulture,
            $"{Lengths.Rows} rows of {Lengths.Total} tokens, the longest {Lengths.Longest} ({lengths}); {TruncatedShare:P1} of the rows cut or left out with {LostShare:P1} of the tokens; {LearnedShare:P1} of the rest is learned");
    }

    private static double Share(long part, long all) => all == 0 ? 0 : (double)part / all;
}
