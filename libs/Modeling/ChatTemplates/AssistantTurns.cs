using System.Text.Json;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.ChatTemplates;

/// <summary>Finds what an assistant turn adds to a conversation, by rendering the conversation up to it.</summary>
internal static class AssistantTurns
{
    /// <param name="messages">an array</param>
    public static List<(int Start, int End)> Find(JsonElement messages, string text, Func<JsonElement, bool, string> render)
    {
        List<(int, int)> spans = [];
        var turns = messages.EnumerateArray().ToList();
        for (var i = 0; i < turns.Count; i++)
        {
            if (turns[i].GetProperty("role").GetString() != "assistant") continue;
            var before = i == 0 ? "" : render(JsonSerializer.SerializeToElement(turns[..i]), true);
            var through = i == turns.Count - 1 ? text : render(JsonSerializer.SerializeToElement(turns[..(i + 1)]), false);
            if (!text.StartsWith(through, StringComparison.Ordinal) || !through.StartsWith(before, StringComparison.Ordinal))
            {
                throw new TemplateException(
                    TemplateFault.Other, $"the template renders the turns before messages[{i}] differently when more follow, so its assistant turn cannot be told apart; mark it with {{% generation %}}.");
            }

            if (through.Length > before.Length) spans.Add((before.Length, through.Length));
        }

        return spans;
    }

    public static List<(int Start, int End)> InCodePoints(string text, IEnumerable<(int Start, int End)> spans) =>
        [.. spans.Select(span => (CodePoints.Of(text[..span.Start]).Length, CodePoints.Of(text[..span.End]).Length))];
}
