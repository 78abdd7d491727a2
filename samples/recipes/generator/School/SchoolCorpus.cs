using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.School;

/// <summary>
/// What the recipe's base model reads: schoolbooks, and exercises whose questions are worded like instructions. There are no conversations in it.
/// </summary>
public static class SchoolCorpus
{
    private const int Longest = 4;

    /// <summary>Texts without end.</summary>
    public static IEnumerable<string> Texts(ulong seed)
    {
        var draw = new Draw(seed);
        while (true)
        {
            yield return string.Join(' ', Enumerable.Range(0, draw.Between(1, Longest)).Select(_ => Line(draw)));
        }
    }

    private static string Line(Draw draw)
    {
        var lesson = draw.Of(Lesson.All);
        var fact = draw.Of(lesson.Facts);
        return draw.Below(2) == 0 ? lesson.State(fact) : $"{draw.Of(lesson.Instructions).Replace("{Q}", fact.Asked)} {fact.Answer}.";
    }
}
