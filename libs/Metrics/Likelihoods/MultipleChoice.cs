using System.Text;
using Platform.Metrics.Text;

namespace Platform.Metrics.Likelihoods;

/// <summary>
/// The choice that a model finds likeliest after a question: by its log-likelihood (acc), or by that divided by its characters (acc_norm), its
/// UTF-8 bytes (acc_bytes) or its tokens. Of equal values the first choice wins. Differs from lm-evaluation-harness: none; characters are
/// code points, with a leading blank if the choice has one.
/// </summary>
public static class MultipleChoice
{
    private static readonly Dictionary<string, Func<Choice, double>> Lengths = new(StringComparer.Ordinal)
    {
        ["acc"] = _ => 1,
        ["acc_norm"] = choice => PythonText.CodePoints(choice.Text),
        ["acc_bytes"] = choice => Encoding.UTF8.GetByteCount(choice.Text),
        ["acc_tokens"] = choice => choice.Tokens,
    };

    /// <summary>The norms by name.</summary>
    public static IReadOnlyList<string> Norms { get; } = [.. Lengths.Keys];

    /// <param name="norm">One of <see cref="Norms"/>.</param>
    /// <returns>the position of the choice</returns>
    /// <exception cref="ArgumentException">There is no such norm, no choice, or a choice without text or tokens.</exception>
    public static int Pick(IReadOnlyList<Choice> choices, string norm)
    {
        if (!Lengths.TryGetValue(norm, out var length)) throw new ArgumentException($"There is no norm '{norm}'. Known: {string.Join(", ", Norms)}.", nameof(norm));
        if (choices.Count == 0) throw new ArgumentException("choices is empty; expected at least one.", nameof(choices));
        if (choices.Any(choice => length(choice) <= 0)) throw new ArgumentException($"a choice is empty; {norm} divides by its length.", nameof(choices));
        return choices.Index().MaxBy(item => item.Item.LogLikelihood / length(item.Item)).Index;
    }

    /// <summary>The share of questions whose right choice is picked.</summary>
    public static double Accuracy(IReadOnlyList<(IReadOnlyList<Choice> Choices, int Right)> questions, string norm)
    {
        Pairs.Check(questions.Count, questions.Count);
        return questions.Count(question => Pick(question.Choices, norm) == question.Right) / (double)questions.Count;
    }
}

/// <summary>A possible answer as a model sees it.</summary>
/// <param name="LogLikelihood">Of its tokens after the question, summed, in nats.</param>
public readonly record struct Choice(string Text, double LogLikelihood, int Tokens);
