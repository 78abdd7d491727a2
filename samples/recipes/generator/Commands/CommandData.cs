using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Commands;

/// <summary>What people say and the code of one house for it: trained in some wordings, examined in others.</summary>
public sealed class CommandData : IRecipeData
{
    private const ulong Seed = 103;

    public string Name => "causal-lm-lora";

    public IEnumerable<(string Path, byte[] Content)> Files() => Rows().Files();

    public static Splits<Row> Rows()
    {
        var draw = new Draw(Seed);
        return Splits<Row>.Draw(800, 100, () => Write(..^Command.HeldOutWordings), () => Write(^Command.HeldOutWordings..), row => row.Prompt);

        Row Write(Range wordings)
        {
            var (said, meant) = Command.Draw(draw, wordings);
            return new($"Say: {said}\nCode:", " " + meant.Code());
        }
    }
}
