using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Commands;

/// <summary>What the recipe's base model reads: what people say in every wording, and the same as JSON. The code of the recipe's house is not in it.</summary>
public static class CommandCorpus
{
    /// <summary>Pairs without end.</summary>
    public static IEnumerable<Row> Rows(ulong seed)
    {
        var draw = new Draw(seed);
        while (true)
        {
            var (said, meant) = Command.Draw(draw, ..);
            yield return new($"Say: {said}\nJSON:", " " + meant.Json());
        }
    }
}
