using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Commands;

/// <summary>What the recipe's base model reads: what people say in every wording, and the same as JSON, as a call or in few words. The code of the recipe's house is not in it.</summary>
public static class CommandCorpus
{
    /// <summary>Pairs without end.</summary>
    public static IEnumerable<Row> Rows(ulong seed)
    {
        var draw = new Draw(seed);
        while (true)
        {
            var (said, meant) = Command.Draw(draw, ..);
            yield return draw.Below(3) switch
            {
                0 => new($"Say: {said}\nJSON:", " " + meant.Json()),
                1 => new($"Say: {said}\nCall:", " " + meant.Call()),
                _ => new($"Say: {said}\nWords:", " " + meant.Words()),
            };
        }
    }
}
