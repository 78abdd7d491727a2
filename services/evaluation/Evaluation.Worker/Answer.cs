using Platform.Metrics;

namespace Platform.Evaluation.Worker;

/// <summary>What a model was asked, what is right and what it answered.</summary>
/// <param name="Prompt">For people.</param>
/// <param name="References">The right answers, any of which will do; the right labels where there are several; none where there is nothing to find.</param>
/// <param name="Given">The model's answer; its labels where there may be several; none where it found nothing.</param>
internal sealed record Answer(string Prompt, IReadOnlyList<string> References, IReadOnlyList<string> Given)
{
    private static readonly ExactMatchOptions Overlooked = new() { IgnoreSurroundingSpace = true };

    public Answer(string prompt, string reference, string given)
        : this(prompt, [reference], [given])
    {
    }

    /// <summary>The answer as one text.</summary>
    public string Text => string.Join(", ", Given);

    /// <summary>The first right answer, or all labels, as one text.</summary>
    public string Reference { get; init; } = References.Count > 0 ? References[0] : "";

    public bool IsExact => References.Count == 0 ? Text.Length == 0 : References.Append(Reference).Any(reference => ExactMatch.IsMatch(Text, reference, Overlooked));

    /// <summary>An answer that is a set of labels.</summary>
    public static Answer OfLabels(string prompt, IReadOnlyList<string> references, IReadOnlyList<string> given) => new(prompt, references, given) { Reference = string.Join(", ", references) };
}
