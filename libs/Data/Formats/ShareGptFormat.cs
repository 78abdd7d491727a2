using System.Collections.Frozen;
using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>
/// <c>{"conversations": [{"from": "human|gpt|system|function_call|observation", "value": "..."}], "system": "...", "tools": "..."}</c>, read
/// as a <see cref="ChatRow"/>. As LLaMA-Factory: a conversation's own system turn goes before the row's <c>system</c>. Rows that have
/// <c>messages</c> instead are read as the format chat.
/// </summary>
public sealed class ShareGptFormat : IRowFormat
{
    private const string FunctionCall = "function_call";

    private static readonly FrozenDictionary<string, string> Roles = new Dictionary<string, string>
    {
        ["human"] = "user",
        ["user"] = "user",
        ["gpt"] = "assistant",
        ["chatgpt"] = "assistant",
        ["model"] = "assistant",
        ["assistant"] = "assistant",
        ["system"] = "system",
        [FunctionCall] = FunctionCall,
        ["observation"] = "tool",
        ["tool"] = "tool",
    }.ToFrozenDictionary();

    private static readonly ChatFormat Chat = new();

    public string Name => "sharegpt";

    public IRow? Read(JsonElement line, ICollection<string> problems)
    {
        if (!RowFields.IsObject(line, "conversations", problems)) return null;
        if (line.TryGetProperty("messages", out _) && !line.TryGetProperty("conversations", out _)) return Chat.Read(line, problems);
        var before = problems.Count;
        var system = RowFields.OptionalText(line, "system", "system", problems);
        var tools = ToolFields.Tools(line, problems);
        List<ChatMessage> turns = [];
        if (RowFields.List(line, "conversations", "conversations", "a non-empty array", problems) is { } conversation)
            turns.AddRange(conversation.EnumerateArray().Select((turn, index) => ReadTurn(turn, $"conversations[{index}]", problems)));
        if (problems.Count > before) return null;
        if (system is not null && turns is not [{ Role: "system" }, ..]) turns.Insert(0, new ChatMessage("system", system));
        return ChatFormat.WithAssistant(turns, tools, "conversations", problems);
    }

    private static ChatMessage ReadTurn(JsonElement turn, string path, ICollection<string> problems)
    {
        var nothing = new ChatMessage("", "");
        if (turn.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{path} is {RowFields.Shown(turn)}; expected an object with from and value");
            return nothing;
        }

        var from = RowFields.RequiredText(turn, "from", $"{path}.from", problems);
        var value = RowFields.RequiredText(turn, "value", $"{path}.value", problems);
        if (from is null || value is null) return nothing;
        if (!Roles.TryGetValue(from, out var role))
        {
            problems.Add($"{path}.from is {RowFields.Shown(turn.GetProperty("from"))}; expected one of {string.Join(", ", Roles.Keys.Order(StringComparer.Ordinal))}");
            return nothing;
        }

        return role == FunctionCall
            ? new ChatMessage("assistant", "") { ToolCalls = ToolFields.Call(turn.GetProperty("value"), $"{path}.value", problems) }
            : new ChatMessage(role, value);
    }
}
