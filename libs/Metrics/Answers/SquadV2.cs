namespace Platform.Metrics.Answers;

/// <summary>
/// SQuAD 2.0 (Rajpurkar et al. 2018, https://arxiv.org/abs/1806.03822): questions may have no answer; a prediction whose probability of "no
/// answer" exceeds a threshold counts as none. Differs from the official script: none.
/// </summary>
public static class SquadV2
{
    /// <summary>All scores in percent.</summary>
    /// <param name="threshold">Between 0 and 1; at 1 every prediction stands.</param>
    /// <exception cref="ArgumentException">There are no questions.</exception>
    public static SquadV2Scores Score(IReadOnlyList<SquadQuestion> questions, double threshold = 1)
    {
        Pairs.Check(questions.Count, questions.Count);
        var exact = questions.Select(question => question.Gold.Any(answer => SquadText.IsMatch(question.Prediction, answer)) ? 1.0 : 0.0).ToList();
        var f1 = questions.Select(question => question.Gold.Max(answer => SquadText.F1(question.Prediction, answer, (mine, theirs) => mine == theirs ? 1 : 0))).ToList();
        var (bestExact, bestExactThreshold) = Best(questions, exact);
        var (bestF1, bestF1Threshold) = Best(questions, f1);
        var (exactThen, f1Then) = (Cut(questions, exact, threshold), Cut(questions, f1, threshold));
        return new SquadV2Scores(
            Mean(_ => true), Mean(question => question.HasAnswer), Mean(question => !question.HasAnswer),
            bestExact, bestExactThreshold, bestF1, bestF1Threshold);

        SquadPart? Mean(Func<SquadQuestion, bool> isPart)
        {
            int[] part = [.. questions.Index().Where(item => isPart(item.Item)).Select(item => item.Index)];
            return part.Length == 0 ? null : new SquadPart(100 * part.Average(i => exactThen[i]), 100 * part.Average(i => f1Then[i]), part.Length);
        }
    }

    private static List<double> Cut(IReadOnlyList<SquadQuestion> questions, List<double> scores, double threshold) =>
        [.. questions.Zip(scores, (question, score) => question.NoAnswerProbability > threshold ? (question.HasAnswer ? 0 : 1) : score)];

    // From "nobody is answered" on, one question more keeps its prediction at each step.
    private static (double Score, double Threshold) Best(IReadOnlyList<SquadQuestion> questions, List<double> scores)
    {
        double current = questions.Count(question => !question.HasAnswer);
        var (best, threshold) = (current, 0.0);
        foreach (var (index, question) in questions.Index().OrderBy(item => item.Item.NoAnswerProbability))
        {
            current += question.HasAnswer ? scores[index] : question.Prediction.Length > 0 ? -1 : 0;
            if (current > best) (best, threshold) = (current, question.NoAnswerProbability);
        }

        return (100 * best / questions.Count, threshold);
    }
}

/// <summary>A prediction with its question's answers.</summary>
/// <param name="Answers">Empty: the question cannot be answered.</param>
public sealed record SquadQuestion(string Prediction, IReadOnlyList<string> Answers, double NoAnswerProbability = 0)
{
    public bool HasAnswer => Answers.Count > 0;

    internal IReadOnlyList<string> Gold => [.. Answers.Where(answer => SquadText.Normalize(answer).Length > 0).DefaultIfEmpty("")];
}

/// <summary>Scores over some questions, in percent.</summary>
public sealed record SquadPart(double Exact, double F1, int Total);

/// <summary>Scores over all questions, over those with and those without an answer (null: there are none), and the best thresholds.</summary>
public sealed record SquadV2Scores(
    SquadPart? All, SquadPart? WithAnswer, SquadPart? WithoutAnswer, double BestExact, double BestExactThreshold, double BestF1, double BestF1Threshold);
