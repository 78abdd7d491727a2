using System.Text;
using Platform.Metrics.Text;

namespace Platform.Metrics.Likelihoods;

/// <summary>
/// exp(−Σ ln p / words), exp(−Σ ln p / bytes) and −Σ ln p / (bytes · ln 2) over documents: comparable between tokenizers. Differs from
/// lm-evaluation-harness: none; words are what <c>\s+</c> parts, an empty one at an end that is blank.
/// </summary>
public sealed class DocumentPerplexity
{
    private double _nats;

    public long Words { get; private set; }

    /// <summary>Of the UTF-8 text.</summary>
    public long Bytes { get; private set; }

    /// <summary>NaN before any document was counted.</summary>
    public double PerWord => Words == 0 ? double.NaN : Math.Exp(_nats / Words);

    /// <inheritdoc cref="PerWord"/>
    public double PerByte => Bytes == 0 ? double.NaN : Math.Exp(_nats / Bytes);

    /// <inheritdoc cref="PerWord"/>
    public double BitsPerByte => Bytes == 0 ? double.NaN : _nats / Bytes / Math.Log(2);

    /// <param name="logLikelihood">Of all its tokens, in nats.</param>
    public void Add(string text, double logLikelihood)
    {
        _nats -= logLikelihood;
        Bytes += Encoding.UTF8.GetByteCount(text);
        Words += PythonText.Words(text).Count;
        if (text.Length == 0) Words++;
        else Words += (PythonText.IsSpace(text[0]) ? 1 : 0) + (PythonText.IsSpace(text[^1]) ? 1 : 0);
    }
}
