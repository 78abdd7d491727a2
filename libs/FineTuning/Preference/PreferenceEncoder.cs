using Platform.FineTuning.Supervised;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;

namespace Platform.FineTuning.Preference;

/// <summary>
/// Turns pairs of answers into tokens as TRL's DPO trainer: an answer's tokens are those of prompt and answer together, without the prompt's;
/// answers of plain text end with EOS; without a prompt it is what both answers start with. Differs from TRL: none.
/// </summary>
/// <param name="template">what makes text of conversations; without it there can be none</param>
public sealed class PreferenceEncoder(Tokenizer tokenizer, ChatTemplate? template = null)
{
    private readonly string _end = tokenizer.Config.EosToken ?? throw new InvalidDataException("The tokenizer has no eos_token, so a model could not learn where an answer ends; name one in tokenizer_config.json.");

    /// <summary>Answers of plain text.</summary>
    /// <param name="prompt">null: the start that both answers share, without a blank at its end</param>
    public PreferenceRow Encode(string? prompt, string chosen, string rejected)
    {
        if (prompt is null)
        {
            var shared = Shared([.. chosen], [.. rejected]);
            if (shared > 0 && chosen[shared - 1] == ' ') shared--;
            (prompt, chosen, rejected) = (chosen[..shared], chosen[shared..], rejected[shared..]);
        }

        var given = tokenizer.Encode(prompt).Ids;
        return new PreferenceRow(given, Answer(chosen), Answer(rejected));

        List<int> Answer(string answer) => [.. tokenizer.Encode(prompt + (answer.EndsWith(_end, StringComparison.Ordinal) ? answer : answer + _end)).Ids.Skip(given.Count)];
    }

    /// <summary>Answers of conversations.</summary>
    /// <param name="prompt">null: the messages that both answers start with</param>
    /// <exception cref="ChatTemplateMissingException">There is no chat template.</exception>
    public PreferenceRow Encode(
        IReadOnlyList<(string Role, string Content)>? prompt, IReadOnlyList<(string Role, string Content)> chosen, IReadOnlyList<(string Role, string Content)> rejected)
    {
        if (template is null) throw new ChatTemplateMissingException();
        if (prompt is null)
        {
            var shared = Shared(chosen, rejected);
            (prompt, chosen, rejected) = ([.. chosen.Take(shared)], [.. chosen.Skip(shared)], [.. rejected.Skip(shared)]);
        }

        var given = tokenizer.EncodeTemplate(template.Render(prompt, addGenerationPrompt: true)).Ids;
        return new PreferenceRow(given, Answer(chosen), Answer(rejected));

        List<int> Answer(IEnumerable<(string Role, string Content)> answer) => [.. tokenizer.EncodeTemplate(template.Render([.. prompt, .. answer])).Ids.Skip(given.Count)];
    }

    // At least the last element of the shorter side belongs to the answer.
    private static int Shared<T>(IReadOnlyList<T> left, IReadOnlyList<T> right) =>
        left.Zip(right).Take(Math.Max(0, Math.Min(left.Count, right.Count) - 1)).TakeWhile(pair => Equals(pair.First, pair.Second)).Count();
}
