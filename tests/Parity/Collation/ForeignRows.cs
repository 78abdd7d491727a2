using System.Text.Json;

namespace Platform.Parity.Collation;

/// <summary>Alpaca and ShareGPT examples as messages, as LLaMA-Factory's converters read them.</summary>
internal static class ForeignRows
{
    public static (JsonElement Messages, JsonElement? Tools) Conversation(string format, JsonElement example)
    {
        var messages = format == "alpaca" ? Alpaca(example) : ShareGpt(example);
        JsonElement? tools = example.TryGetProperty("tools", out var text) ? JsonSerializer.Deserialize<JsonElement>(text.GetString()!) : null;
        return (JsonSerializer.SerializeToElement(messages), tools);
    }

    private static IEnumerable<object> Alpaca(JsonElement example)
    {
        if (Text(example, "system") is { Length: > 0 } system) yield return new { role = "system", content = system };
        foreach (var pair in example.Section("history"))
        {
            yield return new { role = "user", content = pair[0].GetString() };
            yield return new { role = "assistant", content = pair[1].GetString() };
        }

        string?[] question = [Text(example, "instruction"), Text(example, "input")];
        yield return new { role = "user", content = string.Join('\n', question.Where(part => part is { Length: > 0 })) };
        yield return new { role = "assistant", content = Text(example, "output") };
    }

    private static IEnumerable<object> ShareGpt(JsonElement example)
    {
        var turns = example.GetProperty("conversations").EnumerateArray().ToList();
        var hasSystem = turns.Count > 0 && Text(turns[0], "from") == "system";
        if (!hasSystem && Text(example, "system") is { Length: > 0 } system) yield return new { role = "system", content = system };
        foreach (var turn in turns)
        {
            var (from, value) = (Text(turn, "from"), Text(turn, "value"));
            if (from == "function_call") yield return new { role = "assistant", tool_calls = new[] { JsonSerializer.Deserialize<JsonElement>(value!) } };
            else yield return new { role = from switch { "human" => "user", "gpt" => "assistant", "observation" => "tool", _ => from }, content = value };
        }
    }

    private static string? Text(JsonElement example, string name) => example.TryGetProperty(name, out var text) ? text.GetString() : null;
}
