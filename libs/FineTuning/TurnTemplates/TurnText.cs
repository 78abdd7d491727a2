using System.Text.Json;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;

namespace Platform.FineTuning.TurnTemplates;

/// <summary>A conversation cut into questions and replies, each written by the template's slots and tokenized.</summary>
internal sealed class TurnText(Tokenizer tokenizer, TurnTemplate template, int? end)
{
    public List<EncodedTurns> Pairs(JsonElement messages, JsonElement? tools)
    {
        var turns = messages.EnumerateArray().ToList();
        var hasSystem = turns is [var first, ..] && Role(first) == "system";
        var system = hasSystem ? Content(turns[0]) : "";
        if (hasSystem) turns.RemoveAt(0);
        Check(turns, hasSystem);

        var introduction = Introduction(system, tools);
        List<EncodedTurns> pairs = [];
        for (var i = 0; i < turns.Count; i += 2) pairs.Add(new(Ids([.. i == 0 ? template.Prefix : [], .. Question(turns[i], i == 0 ? introduction : null)]), Ids(Reply(turns[i + 1]))));
        return pairs;
    }

    private static void Check(List<JsonElement> turns, bool hasSystem)
    {
        foreach (var (i, turn) in turns.Index())
        {
            var role = Role(turn);
            if (i % 2 == 0 ? role is not ("user" or "tool") : role != "assistant")
                throw new TemplateException(TemplateFault.Other, $"messages[{i + (hasSystem ? 1 : 0)}].role is '{role}'; expected {(i % 2 == 0 ? "user or tool" : "assistant")}: templates of turns take questions and replies in turn.");
        }

        if (turns.Count == 0 || turns.Count % 2 != 0) throw new TemplateException(TemplateFault.Other, $"messages has {turns.Count} turns; expected as many replies as questions, at least one.");
    }

    /// <summary>The system's text; null where nobody has one.</summary>
    private string? Introduction(string system, JsonElement? tools)
    {
        var text = system.Length > 0 ? system : template.DefaultSystem;
        if (tools is { ValueKind: JsonValueKind.Array } given && given.GetArrayLength() > 0)
            text += Written(template.ToolPrompt, program => program.Render(JsonSerializer.SerializeToElement(Array.Empty<object>()), given));
        return text.Length > 0 ? text : null;
    }

    private IEnumerable<Slot> Question(JsonElement turn, string? introduction)
    {
        var (slots, content) = (Role(turn) == "tool" ? template.Observation : template.User, Content(turn));
        var isFirst = introduction is not null;
        return template.SystemGoesIntoFirstUserMessage && isFirst
            ? With(slots, ((Slot.Text)template.System[0]).With(introduction!) + content)
            : [.. isFirst ? With(template.System, introduction!) : [], .. With(slots, content)];
    }

    private IEnumerable<Slot> Reply(JsonElement turn) => With(template.Assistant, turn.TryGetProperty("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array
        ? Written(template.ToolCalls, program => program.Render(
            JsonSerializer.SerializeToElement(Array.Empty<object>()),
            extra: JsonSerializer.SerializeToElement(new { calls = calls.EnumerateArray().Select(call => call.TryGetProperty("function", out var function) ? function : call) })))
        : Content(turn));

    private string Written(string? program, Func<ChatTemplate, string> render) => program is null
        ? throw new TemplateException(TemplateFault.Other, $"the template {template.Name} does not know tools; use one that does, or leave such rows out.")
        : render(ChatTemplate.Parse(program));

    private static IEnumerable<Slot> With(IEnumerable<Slot> slots, string content) => slots.Select(slot => slot is Slot.Text text ? new Slot.Text(text.With(content)) : slot);

    private List<int> Ids(IEnumerable<Slot> slots)
    {
        List<int> ids = [];
        foreach (var slot in slots)
        {
            switch (slot)
            {
                case Slot.Text { Value.Length: > 0 } text:
                    ids.AddRange(tokenizer.Encode(text.Value, addSpecialTokens: false).Ids);
                    break;
                case Slot.Token token:
                    ids.Add(tokenizer.IdOf(token.Name) ?? throw new TemplateException(TemplateFault.Other, $"the template {template.Name} needs the token {token.Name}, which the tokenizer lacks."));
                    break;
                case Slot.BeginOfText when tokenizer.BosTokenId is { } begin:
                    ids.Add(begin);
                    break;
                case Slot.EndOfText when end is { } id:
                    ids.Add(id);
                    break;
            }
        }

        return ids;
    }

    private static string Role(JsonElement turn) => turn.GetProperty("role").GetString()!;

    private static string Content(JsonElement turn) => turn.TryGetProperty("content", out var content) ? content.GetString() ?? "" : "";
}
