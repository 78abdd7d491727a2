using Platform.Metrics.Classification;

namespace Platform.Metrics.Sequences;

/// <summary>
/// Precision, recall and F1 of whole entities: type, first and last token must all agree (Tjong Kim Sang and De Meulder, "Introduction to the
/// CoNLL-2003 shared task", 2003). Differs from seqeval: none (<c>zero_division=0</c>).
/// </summary>
public sealed class EntityScores
{
    /// <param name="predictions">The tags of every sentence.</param>
    /// <param name="references">The tags of every sentence, as many as predicted.</param>
    /// <param name="scheme">How tags mark entities.</param>
    /// <exception cref="ArgumentException">The sentences differ in number or length, or a tag is none of the scheme.</exception>
    public EntityScores(IReadOnlyList<IReadOnlyList<string>> predictions, IReadOnlyList<IReadOnlyList<string>> references, TagScheme scheme)
    {
        Pairs.Check(predictions.Count, references.Count);
        long tags = 0, same = 0;
        List<Entity> predicted = [], expected = [];
        for (var i = 0; i < references.Count; i++)
        {
            if (predictions[i].Count != references[i].Count) throw new ArgumentException($"sentence {i} has {predictions[i].Count} predicted tags; expected {references[i].Count}.", nameof(predictions));
            predicted.AddRange(scheme.Entities(predictions[i], i));
            expected.AddRange(scheme.Entities(references[i], i));
            tags += references[i].Count;
            same += predictions[i].Zip(references[i]).Count(pair => pair.First == pair.Second);
        }

        (Predicted, Expected, TagAccuracy) = (predicted, expected, same / (double)tags);
        HashSet<Entity> right = [.. predicted.Intersect(expected)];
        PerType = predicted.Concat(expected).Select(entity => entity.Type).Distinct().Order(StringComparer.Ordinal).ToDictionary(
            type => type,
            type => new ClassCounts(right.Count(entity => entity.Type == type), predicted.Count(entity => entity.Type == type), expected.Count(entity => entity.Type == type)));
    }

    public IReadOnlyList<Entity> Predicted { get; }

    public IReadOnlyList<Entity> Expected { get; }

    /// <summary>The share of equal tags; NaN without tags.</summary>
    public double TagAccuracy { get; }

    /// <summary>The counts of each type of entity, for <see cref="Averages"/>.</summary>
    public IReadOnlyDictionary<string, ClassCounts> PerType { get; }
}
