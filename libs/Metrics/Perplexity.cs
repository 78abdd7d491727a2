namespace Platform.Metrics;

/// <summary>
/// exp of the mean negative log-likelihood per token. Accumulates over rows: <see cref="Corpus"/> weighs every token alike,
/// <see cref="MeanOfRows"/> every row, as the Python library <c>evaluate</c> reports it.
/// </summary>
public sealed class Perplexity
{
    private double _nats;
    private double _sumOfRows;
    private long _rows;

    public long Tokens { get; private set; }

    /// <summary>NaN before any token was counted.</summary>
    public double Corpus => Tokens == 0 ? double.NaN : Math.Exp(_nats / Tokens);

    /// <summary>NaN before any row was counted.</summary>
    public double MeanOfRows => _rows == 0 ? double.NaN : _sumOfRows / _rows;

    /// <summary>Adds one row, or one batch.</summary>
    /// <param name="negativeLogLikelihood">Summed over the tokens, in nats.</param>
    public void Add(double negativeLogLikelihood, long tokens)
    {
        if (tokens < 0) throw new ArgumentOutOfRangeException(nameof(tokens), tokens, "tokens must be 0 or more.");
        if (tokens == 0) return;
        _nats += negativeLogLikelihood;
        Tokens += tokens;
        _sumOfRows += Math.Exp(negativeLogLikelihood / tokens);
        _rows++;
    }
}
