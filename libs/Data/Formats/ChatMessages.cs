using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>Reads turns as OpenAI writes them. Fields that would change the conversation and that no chat template knows are refused, others are ignored.</summary>
internal static class ChatMessages
{
    private static readonly string[] Roles = ["system", "user", "assistant", "tool"];
    private static readonly string[] FieldsWithoutMeaningHere = ["function_call", "weight"];

    /// <summary>The turns of a required, non-empty array; null after adding a problem.</summary>
    public static List<ChatMessage>? Read(JsonElement row, string field, ICollection<string> problems)
    {
        if (RowFields.List(row, field, field, "a non-empty array", problems) is not { } messages) return null;
        if (messages.GetArrayLength() == 0)
        {
            problems.Add($"{field} is {RowFields.Shown(messages)}; expected a non-empty array");
            return null;
        }

        var before = problems.Count;
        var turns = messages.EnumerateArray().Select((message, index) => ReadMessage(message, $"{field}[{index}]", problems)).ToList();
        return problems.Count == before ? [.. turns.Select(turn => turn!)] : null;
    }

    private static ChatMessage? ReadMessage(JsonElement message, string path, ICollection<string> problems)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{path} is {RowFields.Shown(message)}; expected an object with role and content");
            return null;
        }

        var role = RowFields.RequiredText(message, "role", $"{path}.role", problems);
        if (role is not null && !Roles.Contains(role)) problems.Add($"{path}.role is {RowFields.Shown(message.GetProperty("role"))}; expected one of {string.Join(", ", Roles)}");
        RowFields.Refuse(message, path + ".", FieldsWithoutMeaningHere, problems);
        var calls = ToolFields.Calls(message, $"{path}.tool_calls", problems);
        if (calls is not null && role is not (null or "assistant")) problems.Add($"{path}.tool_calls is given for the role {role}; only an assistant calls tools");
        // A tool may answer nothing, and an assistant may call tools without a word.
        var content = calls is not null || role == "tool"
            ? RowFields.OptionalText(message, "content", $"{path}.content", problems) ?? ""
            : RowFields.RequiredText(message, "content", $"{path}.content", problems);
        return new ChatMessage(role ?? "", content ?? "")
        {
            ToolCalls = calls,
            Name = RowFields.OptionalText(message, "name", $"{path}.name", problems),
            ToolCallId = RowFields.OptionalText(message, "tool_call_id", $"{path}.tool_call_id", problems),
        };
    }
}
