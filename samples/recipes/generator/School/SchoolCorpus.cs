using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.School;

/// <summary>
/// What the recipe's base model reads: schoolbooks, and exercises with their solutions, several on a page. There are no conversations in it.
/// </summary>
public static class SchoolCorpus
{
    private const int Longest = 3;

    // How books mark what is asked and what is right.
    private static readonly (string Asked, string Right)[] Marks =
        [("Exercise: ", " Solution: "), ("Q: ", " A: "), ("Question: ", "\nAnswer: "), ("", "\n"), ("Task. ", " Result. "), ("- ", "\n= "), ("[", "] "), ("", " / ")];

    /// <summary>Texts without end.</summary>
    public static IEnumerable<string> Texts(ulong seed)
    {
        var draw = new Draw(seed);
        while (true)
        {
            yield return string.Join('\n', Enumerable.Range(0, draw.Between(1, Longest)).Select(_ => Line(draw)));
        }
    }

    private static string Line(Draw draw)
    {
        var lesson = draw.Of(Lesson.All);
        var fact = draw.Of(lesson.Facts);
        var (asked, right) = draw.Of(Marks);
        return draw.Below(4) == 0 ? lesson.State(fact) : asked + draw.Of(lesson.Instructions).Replace("{Q}", fact.Asked) + right + lesson.State(fact);
    }
}
