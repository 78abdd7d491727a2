using Platform.Data.Formats;
using Platform.FineTuning.Tasks;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Generation;
using Platform.Workers;

namespace Platform.Evaluation.Worker;

/// <summary>What a causal language model writes after the prompts of a suite, decoded greedily.</summary>
internal static class WrittenAnswers
{
    private const int BatchSize = 16;

    /// <param name="subject">Prompts keep as many of their last tokens as it takes.</param>
    /// <param name="suite">The rows; answers come in their order.</param>
    /// <param name="maxNewTokens">Longest answer.</param>
    /// <param name="progress">Told how many rows are done.</param>
    /// <exception cref="WorkerFailureException">A prompt is empty, or the chat template refuses a row.</exception>
    public static IReadOnlyList<Answer> To(CausalTask subject, SuiteRows suite, int maxNewTokens, Action<int> progress, CancellationToken cancellation)
    {
        List<Question> questions = [.. suite.Encoded(row => QuestionOf(row, subject)).Select(item => item.Encoded)];
        var options = Options(subject, questions, maxNewTokens);
        List<Answer> answers = [];
        foreach (var batch in questions.Chunk(BatchSize))
        {
            var prompts = batch.Select(question => question.Ids.TakeLast(subject.Source.MaxLength).ToList()).ToList();
            var generated = TokenGeneration.Generate(subject.Model, prompts, options, cancellation: cancellation);
            answers.AddRange(batch.Zip(generated, (question, ids) => new Answer(question.Prompt, question.Reference, subject.Tokenizer.Decode(ids, skipSpecialTokens: true).Trim())));
            progress(answers.Count);
        }

        return answers;
    }

    private static Question QuestionOf(IRow row, CausalTask subject)
    {
        try
        {
            var question = SubjectModel.OrRefuse(() => Question.Of(row, subject.Tokenizer, subject.Chats));
            return question.Ids.Count > 0 ? question : throw new RowRefusedException($"the prompt '{question.Prompt}' has no tokens; there is nothing to answer");
        }
        catch (TemplateException refusal)
        {
            throw new RowRefusedException($"the chat template refuses the conversation: {refusal.Message}", refusal);
        }
    }

    private static GenerationOptions Options(CausalTask subject, IEnumerable<Question> questions, int maxNewTokens)
    {
        var ends = subject.Model.Config.EosTokenIds.ToHashSet();
        if (subject.Tokenizer.EosTokenId is { } end) ends.Add(end);
        foreach (var question in questions)
            if (question.End is { } ownEnd) ends.Add(ownEnd);
        return new GenerationOptions { MaxNewTokens = maxNewTokens, EosTokenIds = [.. ends.Order()], PadTokenId = subject.Tokenizer.PadTokenId ?? subject.Tokenizer.EosTokenId };
    }
}
