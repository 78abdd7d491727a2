using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>
/// <c>{"messages": [{"role": "system|user|assistant|tool", "content": "..."}], "tools": [...]}</c> as OpenAI writes it: an assistant may
/// have <c>tool_calls</c>, a tool's result <c>name</c> and <c>tool_call_id</c>. Fields that would change the conversation
/// (functions, documents, weights) are refused, others are ignored.
/// </summary>
public sealed class ChatFormat : IRowFormat
{
    private static readonly string[] FieldsWithoutMeaningHere = ["functions", "documents"];

    public string Name => "chat";

    public IRow? Read(JsonElement line, ICollection<string> problems)
    {
        if (!RowFields.IsObject(line, "messages", problems)) return null;
        var before = problems.Count;
        RowFields.Refuse(line, "", FieldsWithoutMeaningHere, problems);
        var turns = ChatMessages.Read(line, "messages", problems);
        var tools = ToolFields.Tools(line, problems);
        return problems.Count == before ? WithAssistant(turns!, tools, "messages", problems) : null;
    }

    /// <summary>The conversation, if there is something to learn in it.</summary>
    internal static ChatRow? WithAssistant(IReadOnlyList<ChatMessage> turns, string? tools, string path, ICollection<string> problems)
    {
        if (turns.Any(turn => turn.Role == "assistant")) return new ChatRow(turns, tools);
        problems.Add($"{path} has no turn with role assistant among its {turns.Count}; expected at least one to learn from");
        return null;
    }
}
