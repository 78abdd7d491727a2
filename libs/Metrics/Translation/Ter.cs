using Platform.Metrics.Text;

namespace Platform.Metrics.Translation;

/// <summary>
/// TER = (edits + shifts of word runs) / mean reference length (Snover et al., "A study of translation edit rate with targeted human
/// annotation", 2006). Differs from the paper, as sacrebleu and Tercom do: shifts are searched greedily and within limits, see <see cref="TerShifts"/>.
/// </summary>
public sealed class Ter
{
    /// <summary>Part punctuation from words.</summary>
    public bool Normalize { get; init; }

    /// <summary>With <see cref="Normalize"/>: part Chinese and Japanese characters too.</summary>
    public bool SplitAsian { get; init; }

    public bool RemovePunctuation { get; init; }

    public bool KeepCase { get; init; }

    /// <summary>In percent; may exceed 100. The reference with the fewest edits counts.</summary>
    /// <exception cref="ArgumentException">The lists differ in length, are empty, or a hypothesis has no reference.</exception>
    public double Corpus(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references)
    {
        Pairs.Check(hypotheses.Count, references.Count);
        double edits = 0, length = 0;
        foreach (var (hypothesis, its) in hypotheses.Zip(references))
        {
            if (its.Count == 0) throw new ArgumentException("references is empty; TER needs at least one.", nameof(references));
            var words = Words(hypothesis);
            var theirs = its.Select(Words).ToList();
            edits += theirs.Min(reference => TerShifts.Edits(words, reference));
            length += theirs.Average(reference => reference.Length);
        }

        return length > 0 ? 100 * edits / length : edits > 0 ? 100 : 0;
    }

    /// <inheritdoc cref="Corpus"/>
    public double Sentence(string hypothesis, IReadOnlyList<string> references) => Corpus([hypothesis], [references]);

    private string[] Words(string text)
    {
        text = PythonText.TrimEnd(text);
        if (!KeepCase) text = PythonText.Lower(text);
        if (Normalize) text = TerText.SplitWestern(text);
        if (Normalize && SplitAsian) text = TerText.SplitAsian(text);
        if (RemovePunctuation) text = TerText.WithoutPunctuation(text, SplitAsian);
        return [.. PythonText.Words(text)];
    }
}
