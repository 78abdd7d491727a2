using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Tickets;

/// <summary>A ticket and the department it belongs to.</summary>
public sealed record Ticket(string Text, string Label);

/// <summary>Tickets to route: trained in some wordings, examined in others.</summary>
public sealed class TicketData : IRecipeData
{
    private const ulong Seed = 101;

    public string Name => "text-classification";

    public IEnumerable<(string Path, byte[] Content)> Files() => Tickets().Files();

    public static Splits<Ticket> Tickets()
    {
        var draw = new Draw(Seed);
        var writer = new TicketWriter(draw);
        return Splits<Ticket>.Draw(360, 120, () => Write(topic => topic.TrainingWordings), () => Write(topic => topic.EvaluationWordings), row => row.Text);

        Ticket Write(Func<Topic, IReadOnlyList<string>> wordings)
        {
            var topic = draw.Of(Topic.All);
            return new(writer.Write(draw.Of(wordings(topic))), topic.Label);
        }
    }
}
