using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary><c>{"prompt": "...", "chosen": "...", "rejected": "..."}</c>, all text or all arrays of turns as in the format chat; <c>prompt</c> may be missing.</summary>
public sealed class PreferenceFormat : IRowFormat
{
    public string Name => "preference";

    public IRow? Read(JsonElement line, ICollection<string> problems)
    {
        if (!RowFields.IsObject(line, "chosen and rejected", problems)) return null;
        var before = problems.Count;
        return line.TryGetProperty("chosen", out var chosen) && RowFields.Structured(chosen).ValueKind == JsonValueKind.Array
            ? ReadTurns(line, before, problems)
            : ReadTexts(line, before, problems);
    }

    private static PreferencePairRow? ReadTexts(JsonElement line, int before, ICollection<string> problems)
    {
        var prompt = RowFields.OptionalText(line, "prompt", "prompt", problems);
        var chosen = RowFields.RequiredText(line, "chosen", "chosen", problems);
        var rejected = RowFields.RequiredText(line, "rejected", "rejected", problems);
        return problems.Count == before ? new PreferencePairRow(prompt, chosen!, rejected!) : null;
    }

    private static ConversationPairRow? ReadTurns(JsonElement line, int before, ICollection<string> problems)
    {
        var hasPrompt = line.TryGetProperty("prompt", out var given) && given.ValueKind != JsonValueKind.Null;
        var prompt = hasPrompt ? ChatMessages.Read(line, "prompt", problems) : null;
        var chosen = ChatMessages.Read(line, "chosen", problems);
        var rejected = ChatMessages.Read(line, "rejected", problems);
        return problems.Count == before ? new ConversationPairRow(prompt, chosen!, rejected!) : null;
    }
}
