namespace Platform.Metrics.Answers;

/// <summary>
/// SQuAD 1.1: the best exact match and the best word F1 over a question's answers, averaged over questions.
/// Differs from the official script: none; so F1 is 0 where both sides normalise to nothing, though that is an exact match.
/// </summary>
public static class SquadV1
{
    /// <summary>Both in percent.</summary>
    /// <exception cref="ArgumentException">The lists differ in length, are empty, or a question has no answer.</exception>
    public static (double ExactMatch, double F1) Score(IReadOnlyList<string> predictions, IReadOnlyList<IReadOnlyList<string>> answers)
    {
        Pairs.Check(predictions.Count, answers.Count);
        var questions = predictions.Zip(answers, ScoreOne).ToList();
        return (100 * questions.Average(question => question.ExactMatch), 100 * questions.Average(question => question.F1));
    }

    /// <summary>One question's scores between 0 and 1.</summary>
    public static (double ExactMatch, double F1) ScoreOne(string prediction, IReadOnlyList<string> answers)
    {
        if (answers.Count == 0) throw new ArgumentException("a question has no answers; SQuAD 1.1 needs at least one, SQuAD 2.0 allows none.", nameof(answers));
        return (answers.Any(answer => SquadText.IsMatch(prediction, answer)) ? 1 : 0, answers.Max(answer => SquadText.F1(prediction, answer, (_, _) => 0)));
    }
}
