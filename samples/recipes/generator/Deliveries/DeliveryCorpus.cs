using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Deliveries;

/// <summary>What the recipe's base model reads: notes, each behind a question in any wording and what a person would reply.</summary>
public static class DeliveryCorpus
{
    public const string NotSaid = "not said";

    /// <summary>What follows the question in the first text of a pair.</summary>
    public static string ReplyOf(string text) => text[(text.LastIndexOfAny(['?', '.']) + 2)..];

    /// <summary>Pairs without end: question with reply, and the note.</summary>
    public static IEnumerable<(string Text, string Pair)> Texts(ulong seed)
    {
        var draw = new Draw(seed);
        var values = new Values(draw);
        while (true)
        {
            var note = Note.Write(draw, values);
            var (entry, value) = draw.Below(4) == 0 ? (draw.Of(note.LeavesOut), NotSaid) : draw.Of(note.Says.Select(said => (said.Entry, said.Value)).ToList());
            yield return ($"{draw.Of(entry.Questions)} {value}", note.Text);
        }
    }
}
