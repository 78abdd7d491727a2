using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Tickets;

/// <summary>What the recipe's base model reads: tickets in every wording, each with the department's reply. No department is named.</summary>
public static class TicketCorpus
{
    /// <summary>Pairs without end.</summary>
    public static IEnumerable<(string Text, string Pair)> Texts(ulong seed)
    {
        var draw = new Draw(seed);
        var writer = new TicketWriter(draw);
        while (true)
        {
            var topic = draw.Of(Topic.All);
            yield return (writer.Write(draw.Of(topic.Wordings)), draw.Of(topic.Replies));
        }
    }
}
