using Platform.Data.Collation;

namespace Platform.Data.Statistics;

/// <summary>What a tokenizer makes of a dataset, and what of it a model gets to learn.</summary>
public sealed class TokenStatistics
{
    private long _cutRows, _tokensCut, _learned;

    /// <summary>Of the rows before they were cut, in tokens.</summary>
    public LengthHistogram Lengths { get; } = new();

    /// <summary>The share of rows that were cut, 0 to 1.</summary>
    public double TruncatedShare => Share(_cutRows, Lengths.Rows);

    /// <summary>The share of tokens that were cut off.</summary>
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

    private static double Share(long part, long all) => all == 0 ? 0 : (double)part / all;
}
