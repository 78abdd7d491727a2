using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>
/// <c>{"messages": [{"role": "system|user|assistant", "content": "..."}]}</c>. Fields that would change the conversation
/// (tools, tool calls, weights) are refused, others are ignored.
/// </summary>
public sealed class ChatFormat : IRowFormat
{
    private static readonly string[] Roles = ["system", "user", "assistant"];
    private static readonly string[] RowFieldsWithoutMeaningHere = ["tools", "functions", "documents"];
    private static readonly string[] MessageFieldsWithoutMeaningHere = ["tool_calls", "function_call", "weight"];

    public string Name => "chat";

    public IRow? Read(JsonElement line, ICollection<string> problems)
    {
        if (!RowFields.IsObject(line, "messages", problems)) return null;
        if (!line.TryGetProperty("messages", out var messages))
        {
            problems.Add("messages is missing; expected a non-empty array");
            return null;
        }

        if (messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            problems.Add($"messages is {RowFields.Shown(messages)}; expected a non-empty array");
            return null;
        }

        var before = problems.Count;
        RowFields.Refuse(line, "", RowFieldsWithoutMeaningHere, problems);
        var turns = messages.EnumerateArray().Select((message, index) => ReadMessage(message, $"messages[{index}]", problems)).ToList();
        if (problems.Count > before) return null;
        if (turns.Any(turn => turn!.Role == "assistant")) return new ChatRow(turns!);
        problems.Add($"messages has no turn with role assistant among its {turns.Count}; expected at least one to learn from");
        return null;
    }

    private static ChatMessage? ReadMessage(JsonElement message, string path, ICollection<string> problems)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{path} is {RowFields.Shown(message)}; expected an object with role and content");
            return null;
        }

        var role = RowFields.RequiredText(message, "role", $"{path}.role", problems);
        if (role is not null && !Roles.Contains(role))
        {
            problems.Add($"{path}.role is {RowFields.Shown(message.GetProperty("role"))}; expected one of {string.Join(", ", Roles)}");
            role = null;
        }

        RowFields.Refuse(message, path + ".", MessageFieldsWithoutMeaningHere, problems);
        var content = RowFields.RequiredText(message, "content", $"{path}.content", problems);
        return role is null || content is null ? null : new ChatMessage(role, content);
    }
}
