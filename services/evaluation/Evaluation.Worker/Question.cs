using Platform.Data.Formats;
using Platform.Workers;

namespace Platform.Evaluation.Worker;

/// <summary>What a model is asked and what it should answer.</summary>
internal sealed record Question(string Prompt, string Reference)
{
    /// <exception cref="WorkerFailureException">The row is of a format that cannot be asked.</exception>
    public static Question Of(IRow row) => row switch
    {
        PromptCompletionRow pair => new Question(pair.Prompt, pair.Completion),
        _ => throw new WorkerFailureException(FailureReasons.SpecInvalid, $"exact_match cannot be measured on rows of the kind {row.GetType().Name}; use prompt-completion rows."),
    };
}
