using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Deliveries;

/// <summary>A question about a note in SQuAD's layout; lists without entries: the note does not say.</summary>
public sealed record NoteQuestion(string Id, string Context, string Question, NoteAnswers Answers);

public sealed record NoteAnswers(IReadOnlyList<string> Text, IReadOnlyList<int> AnswerStart);

/// <summary>Questions about delivery notes; every fifth has no answer there. Held-out questions are worded otherwise and about other notes.</summary>
public sealed class DeliveryData : IRecipeData
{
    private const ulong Seed = 102;
    private const int WithoutAnswer = 5;

    public string Name => "question-answering";

    public IEnumerable<(string Path, byte[] Content)> Files() => Questions().Files();

    public static Splits<NoteQuestion> Questions()
    {
        var draw = new Draw(Seed);
        var values = new Values(draw);
        var number = 0;
        return Splits<NoteQuestion>.Draw(2000, 150, () => Ask(entry => entry.TrainingQuestions), () => Ask(entry => entry.EvaluationQuestions), row => row.Context + row.Question);

        NoteQuestion Ask(Func<Entry, IReadOnlyList<string>> questions)
        {
            var (note, id) = (Note.Write(draw, values), $"note-{++number}");
            if (draw.Below(WithoutAnswer) == 0) return new(id, note.Text, draw.Of(questions(draw.Of(note.LeavesOut))), new([], []));
            var (entry, value, start) = draw.Of(note.Says);
            return new(id, note.Text, draw.Of(questions(entry)), new([value], [start]));
        }
    }
}
