using Platform.Data.Formats;
using Platform.Modeling.Generation;
using Platform.Workers;

namespace Platform.Evaluation.Worker;

/// <summary>What a model answers to the prompts of a suite, decoded greedily.</summary>
internal static class Answers
{
    private const int BatchSize = 16;

    /// <param name="subject">The model and its tokenizer.</param>
    /// <param name="rows">The rows; answers come in their order.</param>
    /// <param name="maxLength">Prompts keep their last so many tokens.</param>
    /// <param name="maxNewTokens">Longest answer.</param>
    /// <param name="progress">Told how many rows are done.</param>
    public static IReadOnlyList<Answer> To(SubjectModel subject, IReadOnlyList<IRow> rows, int maxLength, int maxNewTokens, Action<int> progress, CancellationToken cancellation)
    {
        var options = Options(subject, maxNewTokens);
        List<Answer> answers = [];
        foreach (var batch in rows.Select(Question.Of).Chunk(BatchSize))
        {
            var prompts = batch.Select(question => Prompt(subject, question, maxLength)).ToList();
            var generated = TokenGeneration.Generate(subject.Model, prompts, options, cancellation: cancellation);
            answers.AddRange(batch.Zip(generated, (question, ids) => new Answer(question.Prompt, question.Reference, subject.Tokenizer.Decode(ids, skipSpecialTokens: true).Trim())));
            progress(answers.Count);
        }

        return answers;
    }

    private static IReadOnlyList<int> Prompt(SubjectModel subject, Question question, int maxLength)
    {
        var ids = subject.Tokenizer.Encode(question.Prompt).Ids;
        if (ids.Count == 0) throw new WorkerFailureException(FailureReasons.DatasetInvalid, $"The prompt '{question.Prompt}' has no tokens.");
        return ids.Count <= maxLength ? ids : [.. ids.Skip(ids.Count - maxLength)];
    }

    private static GenerationOptions Options(SubjectModel subject, int maxNewTokens)
    {
        var ends = subject.Model.Config.EosTokenIds.ToHashSet();
        if (subject.Tokenizer.EosTokenId is { } end) ends.Add(end);
        return new GenerationOptions { MaxNewTokens = maxNewTokens, EosTokenIds = [.. ends.Order()], PadTokenId = subject.Tokenizer.PadTokenId ?? subject.Tokenizer.EosTokenId };
    }
}

/// <summary>A prompt, the answer that is right and the answer that was given.</summary>
internal sealed record Answer(string Prompt, string Reference, string Given)
{
    public bool IsExact => Given == Reference.Trim();
}
