using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.Metrics;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Generation;
using Platform.Workers;

namespace Platform.Evaluation.Worker;

/// <summary>What a model answers to the prompts of a suite, decoded greedily.</summary>
internal static class Answers
{
    private const int BatchSize = 16;

    /// <param name="subject">The model, its tokenizer and its chat template.</param>
    /// <param name="suite">The rows; answers come in their order.</param>
    /// <param name="maxLength">Prompts keep their last so many tokens.</param>
    /// <param name="maxNewTokens">Longest answer.</param>
    /// <param name="progress">Told how many rows are done.</param>
    /// <exception cref="WorkerFailureException">A prompt is empty, or the chat template refuses a row.</exception>
    public static IReadOnlyList<Answer> To(SubjectModel subject, SuiteRows suite, int maxLength, int maxNewTokens, Action<int> progress, CancellationToken cancellation)
    {
        var questions = Questions(subject, suite);
        var options = Options(subject, questions, maxNewTokens);
        List<Answer> answers = [];
        foreach (var batch in questions.Chunk(BatchSize))
        {
            var prompts = batch.Select(question => question.Ids.TakeLast(maxLength).ToList()).ToList();
            var generated = TokenGeneration.Generate(subject.Model, prompts, options, cancellation: cancellation);
            answers.AddRange(batch.Zip(generated, (question, ids) => new Answer(question.Prompt, question.Reference, subject.Tokenizer.Decode(ids, skipSpecialTokens: true).Trim())));
            progress(answers.Count);
        }

        return answers;
    }

    /// <summary>The share of answers that are right.</summary>
    public static double ExactMatchOf(IReadOnlyList<Answer> answers) =>
        ExactMatch.Score([.. answers.Select(answer => answer.Given)], [.. answers.Select(answer => answer.Reference)], Answer.Overlooked);

    private static List<Question> Questions(SubjectModel subject, SuiteRows suite)
    {
        List<Question> questions = [];
        List<RowProblem> problems = [];
        foreach (var (index, row) in suite.Rows.Index())
        {
            try
            {
                var question = SubjectModel.OrRefuse(() => Question.Of(row, subject.Tokenizer, subject.Chats));
                if (question.Ids.Count > 0) questions.Add(question);
                else problems.Add(new RowProblem(index + 1, $"the prompt '{question.Prompt}' has no tokens; exact_match needs something to answer"));
            }
            catch (TemplateException refusal)
            {
                problems.Add(new RowProblem(index + 1, $"the chat template refuses the conversation: {refusal.Message}"));
            }
        }

        return problems.Count == 0 ? questions : throw suite.Invalid(new BadRowsException(problems.Count, [.. problems.Take(RowReadReport.KeptProblems)]).Message);
    }

    private static GenerationOptions Options(SubjectModel subject, IEnumerable<Question> questions, int maxNewTokens)
    {
        var ends = subject.Model.Config.EosTokenIds.ToHashSet();
        if (subject.Tokenizer.EosTokenId is { } end) ends.Add(end);
        foreach (var question in questions)
            if (question.End is { } ownEnd) ends.Add(ownEnd);
        return new GenerationOptions { MaxNewTokens = maxNewTokens, EosTokenIds = [.. ends.Order()], PadTokenId = subject.Tokenizer.PadTokenId ?? subject.Tokenizer.EosTokenId };
    }
}

/// <summary>A prompt, the answer that is right and the answer that was given.</summary>
internal sealed record Answer(string Prompt, string Reference, string Given)
{
    public static readonly ExactMatchOptions Overlooked = new() { IgnoreSurroundingSpace = true };

    public bool IsExact => ExactMatch.IsMatch(Given, Reference, Overlooked);
}
