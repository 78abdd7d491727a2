using System.Text;
using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>
/// <c>{"id": "...", "title": "...", "context": "...", "question": "...", "answers": {"text": ["..."], "answer_start": [0]}}</c>, as
/// SQuAD is published in rows. <c>id</c> and <c>title</c> may be missing; empty lists are a question without an answer.
/// </summary>
public sealed class SquadFormat : IRowFormat
{
    public string Name => "squad";

    public IRow? Read(JsonElement line, ICollection<string> problems)
    {
        if (!RowFields.IsObject(line, "context, question and answers", problems)) return null;
        var before = problems.Count;
        var id = RowFields.OptionalText(line, "id", "id", problems);
        var title = RowFields.OptionalText(line, "title", "title", problems);
        var context = RowFields.RequiredText(line, "context", "context", problems);
        var question = RowFields.RequiredText(line, "question", "question", problems);
        var answers = ReadAnswers(line, context ?? "", problems);
        return problems.Count == before ? new SquadRow(id, title, context!, question!, answers) : null;
    }

    private static List<SquadAnswer> ReadAnswers(JsonElement line, string context, ICollection<string> problems)
    {
        const string Expected = "an object with the arrays text and answer_start";
        if (!line.TryGetProperty("answers", out var value))
        {
            problems.Add($"answers is missing; expected {Expected}");
            return [];
        }

        var answers = RowFields.Structured(value);
        if (answers.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"answers is {RowFields.Shown(value)}; expected {Expected}");
            return [];
        }

        var texts = RowFields.List(answers, "text", "answers.text", "an array of strings", problems);
        var starts = RowFields.List(answers, "answer_start", "answers.answer_start", "an array of whole numbers", problems);
        if (texts is null || starts is null) return [];
        if (texts.Value.GetArrayLength() == starts.Value.GetArrayLength())
            return [.. texts.Value.EnumerateArray().Zip(starts.Value.EnumerateArray()).Select((pair, index) => ReadAnswer(pair.First, pair.Second, index, context, problems))];
        problems.Add($"answers.text has {texts.Value.GetArrayLength()} entries and answers.answer_start {starts.Value.GetArrayLength()}; expected as many");
        return [];
    }

    private static SquadAnswer ReadAnswer(JsonElement text, JsonElement start, int index, string context, ICollection<string> problems)
    {
        var answer = RowFields.Text(text);
        if (string.IsNullOrEmpty(answer)) problems.Add($"answers.text[{index}] is {RowFields.Shown(text)}; expected a non-empty string");
        else if (start.ValueKind != JsonValueKind.Number || !start.TryGetInt32(out var place) || place < 0) problems.Add($"answers.answer_start[{index}] is {RowFields.Shown(start)}; expected a whole number of at least 0");
        else if (!StandsAt(context, place, answer)) problems.Add($"answers.text[{index}] is {RowFields.Shown(text)}, which does not stand in context at answer_start {place}; expected the place of its first character, counted in code points");
        else return new SquadAnswer(answer, place);
        return default;
    }

    private static bool StandsAt(string context, int codePoints, string answer)
    {
        var place = 0;
        for (; codePoints > 0 && place < context.Length; codePoints--)
        {
            Rune.DecodeFromUtf16(context.AsSpan(place), out _, out var units);
            place += units;
        }

        return codePoints == 0 && context.AsSpan(place).StartsWith(answer, StringComparison.Ordinal);
    }
}
