using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Modeling.ChatTemplates;

/// <summary>Ends a rendering within its last message: a mark behind the message shows where that is.</summary>
internal static class FinalMessage
{
    private const string Mark = "CONTINUE_FINAL_MESSAGE_TAG ";

    public static string Continue(JsonElement messages, Func<JsonElement, string> render)
    {
        var marked = JsonNode.Parse(messages.GetRawText())!.AsArray();
        if (marked.Count == 0 || marked[^1] is not JsonObject last) throw new TemplateException(TemplateFault.Other, "there is no final message to continue.");
        var block = last["content"] is JsonArray parts
            ? parts.LastOrDefault(part => part is JsonObject candidate && candidate.ContainsKey("text")) as JsonObject
            : null;
        var (owner, field) = block is null ? (last, "content") : (block, "text");
        if (owner[field] is not JsonValue value || !value.TryGetValue<string>(out var content)) throw new TemplateException(TemplateFault.Other, "the final message has no text to continue.");
        owner[field] = content + Mark;

        var text = render(JsonSerializer.SerializeToElement(marked));
        var end = text.LastIndexOf(Mark.Trim(), StringComparison.Ordinal);
        if (end < 0) throw new TemplateException(TemplateFault.Other, "the final message does not appear in the rendered conversation.");
        // A template that trims the mark trims the end of the message too.
        var trims = string.CompareOrdinal(text, end, Mark, 0, Mark.Length) != 0;
        return trims ? text[..end].TrimEnd() : text[..end];
    }
}
