using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.School;

public sealed record ChatTurn(string Role, string Content);

/// <summary>A conversation in the layout of OpenAI's files.</summary>
public sealed record Conversation(IReadOnlyList<ChatTurn> Messages);

/// <summary>
/// Instructions and how to answer them. Every fourth fact is asked about in the held-out part only: it is not taught there, the base model
/// knows it, and training shows how to answer.
/// </summary>
public sealed class SchoolData : IRecipeData
{
    private const ulong Seed = 105;
    private const int HeldOutEvery = 4;

    public string Name => "instruction-tuning";

    public IEnumerable<(string Path, byte[] Content)> Files() => Conversations().Files();

    public static Splits<Conversation> Conversations()
    {
        var draw = new Draw(Seed);
        var facts = draw.Shuffled(Lesson.All.SelectMany(lesson => lesson.Facts.Select(fact => (Lesson: lesson, Fact: fact))));
        var (heldOut, taught) = (facts.Where((_, place) => place % HeldOutEvery == 0).ToArray(), facts.Where((_, place) => place % HeldOutEvery != 0).ToArray());
        return Splits<Conversation>.Draw(
            300, 75, () => new([.. Enumerable.Range(0, draw.Between(1, 2)).SelectMany(_ => Exchange(taught))]), () => new([.. Exchange(heldOut)]),
            row => string.Join('\n', row.Messages.Select(turn => turn.Content)));

        ChatTurn[] Exchange((Lesson Lesson, (string Asked, string Answer) Fact)[] from)
        {
            var (lesson, fact) = draw.Of(from);
            return [new("user", draw.Of(lesson.Instructions).Replace("{Q}", fact.Asked)), new("assistant", lesson.State(fact))];
        }
    }
}
